//! What the operating system says about memory: Linux's `/proc` and `/sys/fs/cgroup`, and nothing
//! elsewhere but in WebAssembly, where an instance knows its own memory. There a clock may be missing too.

use std::fs::read_to_string;
use std::path::Path;
use std::time::Instant;

/// Memory that a process can still have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Available {
    /// Bytes.
    pub bytes: u64,
    /// What bounds them.
    pub limit: Limit,
}

/// What bounds a process's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// What the machine has left.
    Machine,
    /// The control group's limit, as containers have one.
    ControlGroup,
    /// The limit on its address space, as `ulimit -v` sets it.
    AddressSpace,
}

impl Limit {
    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Limit::Machine => "free memory of this machine",
            Limit::ControlGroup => "limit of the control group",
            Limit::AddressSpace => "limit on address space",
        }
    }
}

/// The most memory that this process has held so far, in bytes (`VmHWM`); `None` where the system does
/// not tell.
#[must_use]
pub fn peak_memory() -> Option<u64> {
    instance().or_else(|| status("VmHWM:"))
}

/// The memory that this process holds now, in bytes (`VmRSS`).
#[must_use]
pub fn held_memory() -> Option<u64> {
    instance().or_else(|| status("VmRSS:"))
}

/// The memory of this instance of WebAssembly, which grows and never shrinks; `None` elsewhere.
fn instance() -> Option<u64> {
    #[cfg(target_arch = "wasm32")]
    return Some(PAGE * core::arch::wasm32::memory_size::<0>() as u64);
    #[cfg(not(target_arch = "wasm32"))]
    None
}

/// Bytes of a page of WebAssembly.
#[cfg(target_arch = "wasm32")]
const PAGE: u64 = 1 << 16;

/// The memory that this process can have on top of what it holds: the least of what the machine, its
/// control group and the limit on its address space leave. `None` where the system does not tell.
#[must_use]
pub fn available_memory() -> Option<Available> {
    let machine = read_to_string("/proc/meminfo").ok().and_then(|t| kilobytes(&t, "MemAvailable:"));
    let of = |bytes: Option<u64>, limit| bytes.map(|bytes| Available { bytes, limit });
    let addressed = instance().map(|held| (1 << 32) - held);
    [
        of(addressed, Limit::AddressSpace),
        of(machine, Limit::Machine),
        of(control_group(), Limit::ControlGroup),
        of(address_space(), Limit::AddressSpace),
    ]
    .into_iter()
    .flatten()
    .min_by_key(|a| a.bytes)
}

/// The time since some moment. WebAssembly outside of any system has no clock, and asking for one would end it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Option<Instant>);

impl Clock {
    pub(crate) fn start() -> Clock {
        let none = cfg!(all(target_family = "wasm", target_os = "unknown"));
        Clock((!none).then(Instant::now))
    }

    /// Seconds since then; 0 where there is no clock.
    pub(crate) fn seconds(self) -> f64 {
        self.0.map_or(0.0, |start| start.elapsed().as_secs_f64())
    }
}

/// Seconds that all threads of this process have run, so that what others do on these cores does not
/// count; by the clock where the system does not tell.
pub(crate) fn core_seconds() -> f64 {
    use std::sync::LazyLock;
    static START: LazyLock<Clock> = LazyLock::new(Clock::start);
    let ran = |thread: std::fs::DirEntry| -> Option<u64> {
        let stat = read_to_string(thread.path().join("schedstat")).ok()?;
        stat.split_whitespace().next()?.parse().ok()
    };
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    match threads.filter_map(ran).sum() {
        0 => START.seconds(),
        nanoseconds => nanoseconds as f64 / 1e9,
    }
}

/// A line of `/proc/self/status` that is in kilobytes, in bytes.
fn status(name: &str) -> Option<u64> {
    kilobytes(&read_to_string("/proc/self/status").ok()?, name)
}

/// The bytes of a line `name   123 kB`.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|l| l.strip_prefix(name))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// What the limit on the address space leaves; `None` if there is none.
fn address_space() -> Option<u64> {
    let limit = soft_limit(&read_to_string("/proc/self/limits").ok()?, "Max address space")?;
    Some(limit.saturating_sub(status("VmSize:")?))
}

/// The soft limit in a line `name   soft   hard   units`.
fn soft_limit(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|l| l.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// What the control groups that this process is in leave, all the way up; `None` if none has a limit.
fn control_group() -> Option<u64> {
    let groups = read_to_string("/proc/self/cgroup").ok()?;
    let unified = groups.lines().find_map(|l| l.strip_prefix("0::"));
    let memory = groups.lines().find_map(|l| {
        let (controllers, path) = l.split_once(':')?.1.split_once(':')?;
        controllers.split(',').any(|c| c == "memory").then_some(path)
    });
    let second = unified.and_then(|path| {
        left("/sys/fs/cgroup", path, ["memory.max", "memory.current"], "inactive_file ")
    });
    let first = memory.and_then(|path| {
        let files = ["memory.limit_in_bytes", "memory.usage_in_bytes"];
        left("/sys/fs/cgroup/memory", path, files, "total_inactive_file ")
    });
    second.into_iter().chain(first).min()
}

/// The least that a group and those above it leave. Files in the page cache that nobody uses give way.
fn left(root: &str, path: &str, [limit, usage]: [&str; 2], cache: &str) -> Option<u64> {
    let own = Path::new(root).join(path.trim_start_matches('/'));
    let groups = own.ancestors().take_while(|p| p.starts_with(root));
    let number = |p: &Path| read_to_string(p).ok()?.trim().parse::<u64>().ok();
    let room = |group: &Path| {
        let (limit, usage) = (number(&group.join(limit))?, number(&group.join(usage))?);
        let stat = read_to_string(group.join("memory.stat")).unwrap_or_default();
        let cache = stat.lines().find_map(|l| l.strip_prefix(cache)?.trim().parse::<u64>().ok());
        Some(limit.saturating_sub(usage.saturating_sub(cache.unwrap_or(0))))
    };
    groups.filter_map(room).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_in_kilobytes_is_found_by_its_name() {
        let text = "VmPeak:\t  20 kB\nVmHWM:\t     12 kB\nThreads:\t2\n";
        assert_eq!(kilobytes(text, "VmHWM:"), Some(12 * 1024));
        assert_eq!(kilobytes(text, "VmRSS:"), None);
        assert_eq!(kilobytes(text, "Threads:"), None);
    }

    #[test]
    fn no_limit_is_no_number() {
        let text = "Limit      Soft Limit  Hard Limit  Units\n\
                    Max address space   1048576   unlimited  bytes\n\
                    Max data size       unlimited unlimited  bytes\n";
        assert_eq!(soft_limit(text, "Max address space"), Some(1_048_576));
        assert_eq!(soft_limit(text, "Max data size"), None);
    }

    #[test]
    fn a_group_leaves_what_the_tightest_above_it_leaves() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, max: &str, current: &str| {
            let group = dir.path().join(path);
            std::fs::create_dir_all(&group).unwrap();
            std::fs::write(group.join("memory.max"), max).unwrap();
            std::fs::write(group.join("memory.current"), current).unwrap();
        };
        write("a/b", "max\n", "500\n");
        write("a", "4000\n", "1500\n");
        std::fs::write(dir.path().join("a/memory.stat"), "file 9\ninactive_file 500\n").unwrap();
        let root = dir.path().to_str().unwrap();
        let files = ["memory.max", "memory.current"];
        assert_eq!(left(root, "/a/b", files, "inactive_file "), Some(3000));
        write("a/b", "1000\n", "900\n");
        assert_eq!(left(root, "/a/b", files, "inactive_file "), Some(100));
        // No group has a limit, or there are no groups.
        write("c", "max\n", "1\n");
        assert_eq!(left(root, "/c", files, "inactive_file "), None);
        assert_eq!(left(root, "/none", files, "inactive_file "), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_holds_something_and_can_have_more() {
        assert!(held_memory().unwrap() > 1 << 16);
        assert!(peak_memory().unwrap() >= held_memory().unwrap());
        assert!(available_memory().unwrap().bytes > 0);
    }
}
