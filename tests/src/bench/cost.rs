//! What the kernel counts of processes.

use std::fs;

use anyhow::{Context, Result};

/// CPU time is counted in hundredths of a second on Linux, whatever the machine.
const TICKS_PER_SECOND: f64 = 100.0;

/// The fields of `/proc/ID/stat` that are needed here.
struct Stat {
    parent: u32,
    own_ticks: f64,
    /// Of children that have ended and were waited for.
    ended_children_ticks: f64,
}

fn stat(process: u32) -> Result<Stat> {
    let path = format!("/proc/{process}/stat");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}: the process is gone"))?;
    // the name in parentheses may hold spaces: count from its end
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let number = |at: usize| -> Result<f64> {
        let field = fields.get(at).with_context(|| format!("{path} has no field {at}"))?;
        field.parse().with_context(|| format!("{path}: {field} is no number"))
    };
    Ok(Stat {
        parent: number(1)? as u32,
        own_ticks: number(11)? + number(12)?,
        ended_children_ticks: number(13)? + number(14)?,
    })
}

/// User and system time so far, in seconds.
pub fn cpu_seconds(process: u32) -> Result<f64> {
    Ok(stat(process)?.own_ticks / TICKS_PER_SECOND)
}

/// As [`cpu_seconds`], of a process and all its children, those that have ended too.
pub fn family_cpu_seconds(process: u32) -> Result<f64> {
    let own = stat(process)?;
    let mut ticks = own.own_ticks + own.ended_children_ticks;
    for entry in fs::read_dir("/proc").context("cannot list /proc")? {
        let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // a process that ends meanwhile is counted among the ended ones the next time
        if let Ok(child) = stat(id)
            && child.parent == process
        {
            ticks += child.own_ticks;
        }
    }
    Ok(ticks / TICKS_PER_SECOND)
}

/// What `/proc/ID/status` says of memory, in MB: `VmHWM`, the most that was resident, or `VmRSS`, what is.
pub fn memory_mb(process: u32, name: &str) -> Result<f64> {
    let path = format!("/proc/{process}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("cannot read {path}: the process is gone"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kilobytes =
        line.and_then(|line| line.split_whitespace().next()).with_context(|| format!("{path}: no {name}"))?;
    Ok(kilobytes.parse::<f64>().with_context(|| format!("{path}: {kilobytes} is no number"))? / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_and_a_missing_one_is_an_error() {
        assert!(memory_mb(std::process::id(), "VmRSS").unwrap() > 1.0);
        assert!(cpu_seconds(std::process::id()).is_ok());
        assert!(cpu_seconds(u32::MAX).is_err());
    }
}
