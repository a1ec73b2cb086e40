//! Where labels go: beside their points, and over nothing else.

/// Half of a marker, in pixels, with some room.
const MARKER: i32 = 9;
/// Height of a line of text.
const HEIGHT: i32 = 16;
/// Mean width of a letter; a little more than sans-serif fonts need.
const LETTER: i32 = 8;

/// A rectangle: left, top, right, bottom.
type Rect = (i32, i32, i32, i32);

/// The middle of each label, or `None` where there is no room for one; `within` bounds them.
pub(super) fn place(points: &[((i32, i32), &str)], within: Rect) -> Vec<Option<(i32, i32)>> {
    let around = |(x, y): (i32, i32)| (x - MARKER, y - MARKER, x + MARKER, y + MARKER);
    let markers: Vec<Rect> = points.iter().map(|(at, _)| around(*at)).collect();
    let mut taken: Vec<Rect> = vec![];
    let mut out = vec![];
    for (k, ((x, y), text)) in points.iter().enumerate() {
        let half = text.chars().count() as i32 * LETTER / 2;
        let (up, side) = (MARKER + HEIGHT / 2, MARKER + half);
        let places = [
            (0, -up),
            (0, up),
            (side, 0),
            (-side, 0),
            (side, -up),
            (-side, -up),
            (side, up),
            (-side, up),
        ];
        let rect = |(dx, dy): (i32, i32)| {
            let (cx, cy) = (x + dx, y + dy);
            (cx - half, cy - HEIGHT / 2, cx + half, cy + HEIGHT / 2)
        };
        let free = |place: &(i32, i32)| {
            let r = rect(*place);
            let mut others = markers.iter().enumerate().filter(|(j, _)| *j != k);
            inside(r, within)
                && !taken.iter().any(|t| meet(r, *t))
                && !others.any(|(_, m)| meet(r, *m))
        };
        let found = places.into_iter().find(free).filter(|_| !text.is_empty());
        taken.extend(found.map(rect));
        out.push(found.map(|(dx, dy)| (x + dx, y + dy)));
    }
    out
}

fn meet(a: Rect, b: Rect) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

fn inside(a: Rect, b: Rect) -> bool {
    a.0 >= b.0 && a.1 >= b.1 && a.2 <= b.2 && a.3 <= b.3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_beside_their_points_and_over_nothing_else() {
        let area = (0, 0, 400, 300);
        let points: Vec<((i32, i32), &str)> =
            (0..6).map(|k| ((100 + 12 * k, 100), "12 bits")).collect();
        let found = place(&points, area);
        let rects: Vec<Rect> =
            found.iter().flatten().map(|(x, y)| (x - 28, y - 8, x + 28, y + 8)).collect();
        assert!(rects.len() >= 2, "{found:?}");
        for (k, a) in rects.iter().enumerate() {
            assert!(inside(*a, area));
            assert!(rects[..k].iter().all(|b| !meet(*a, *b)), "{rects:?}");
        }
        // Alone, above; at the upper edge, below; without words, nowhere.
        assert_eq!(place(&[((200, 150), "4")], area), [Some((200, 150 - 17))]);
        assert_eq!(place(&[((200, 5), "4")], area), [Some((200, 5 + 17))]);
        assert_eq!(place(&[((200, 150), "")], area), [None]);
    }
}
