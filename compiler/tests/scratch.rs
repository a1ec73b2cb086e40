use zirc_compiler::{NoFiles, Options, Project};
#[test]
fn scratch() {
    let text = "
    type Act = fix<-128..=127, 64>;
    fn pool<C: nat, H: nat, W: nat, T: num>(x: T[C, 2 * H, 2 * W]) -> _[C, H, W] {
        for c, i, j {
            max(max(x[c, 2 * i, 2 * j], x[c, 2 * i, 2 * j + 1]),
                max(x[c, 2 * i + 1, 2 * j], x[c, 2 * i + 1, 2 * j + 1]))
        }
    }
    const K: i8[3, 1, 3, 3] = for o, c, i, j { 17 * i - 9 * j + 5 * o - 20 + 3 * c };
    fn layer(x: u8[1, 6, 6]) -> _[3, 4, 4] { conv2d(K, [1, 2, 3], x) }
    circuit c(private x: u8[1, 6, 6]) -> public y: _ { pool::<3, 2, 2>(clamp_to::<Act>.(relu.(layer(x)))) }";
    let p = Project::load("t.zirc", text, &mut NoFiles).unwrap();
    p.compile_with("c", &mut NoFiles, &Options::default()).unwrap();
}
