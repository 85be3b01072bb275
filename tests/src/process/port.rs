//! Free ports that stay ours: two suites on one machine, or a component that is down for a moment, must not lose theirs.

use std::fs::{File, TryLockError};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use rand::Rng;

/// Below the range from which the kernel takes ports for outgoing connections.
const RANGE: std::ops::Range<u16> = 20_000..32_000;
const ATTEMPTS: usize = 500;

/// A port on loopback, reserved against other rigs for as long as this value lives.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _reservation: File,
}

impl Port {
    pub fn free() -> Result<Self> {
        for _ in 0..ATTEMPTS {
            let number = rand::rng().random_range(RANGE);
            if let Some(reservation) = reserve(number)?
                && TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok()
            {
                return Ok(Self { number, _reservation: reservation });
            }
        }
        bail!("no free port found between {} and {}: end other rigs of this machine", RANGE.start, RANGE.end)
    }

    /// One particular port, for data that remembers it.
    pub fn exactly(number: u16) -> Result<Self> {
        let Some(reservation) = reserve(number)? else {
            bail!("port {number} is taken by another rig: end it, or use another data folder");
        };
        TcpListener::bind((Ipv4Addr::LOCALHOST, number))
            .with_context(|| format!("port {number} is taken: end who listens there, or use another data folder"))?;
        Ok(Self { number, _reservation: reservation })
    }

    pub fn number(&self) -> u16 {
        self.number
    }
}

fn reserve(number: u16) -> Result<Option<File>> {
    let folder = folder();
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let path = folder.join(number.to_string());
    let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

fn folder() -> PathBuf {
    let user = rustix::process::geteuid().as_raw();
    std::env::temp_dir().join(format!("tailrace-ports-{user}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_reservations_never_share_a_port() {
        let held: Vec<Port> = (0..50).map(|_| Port::free().unwrap()).collect();
        let distinct: std::collections::BTreeSet<u16> = held.iter().map(Port::number).collect();
        assert_eq!(distinct.len(), held.len());
    }
}
