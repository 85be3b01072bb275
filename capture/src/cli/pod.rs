//! Started by the Strimzi operator: the start script's name, no arguments, everything in fixed places.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// The name of the start script in the operator's images, to which ours is linked.
const NAME: &str = "kafka_connect_run.sh";
const PROPERTIES: &str = "/opt/kafka/custom-config/kafka-connect.properties";
/// What the worker's properties refer to; the script sets it, the operator does not.
const ADVERTISED: &str = "ADVERTISED_HOSTNAME";

/// Where this process was started as the pod's script, becomes the worker; returns only when that is not so or fails.
pub fn become_worker() -> Option<std::io::Error> {
    let name = std::env::args().next()?;
    if std::path::Path::new(&name).file_name().is_none_or(|n| n != NAME) {
        return None;
    }
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return Some(error),
    };
    let mut command = Command::new(program);
    command.args(["worker", "--config", PROPERTIES]);
    let host = std::env::var(ADVERTISED).ok().or_else(advertised_host);
    command.envs(host.map(|host| (ADVERTISED, host)));
    Some(command.exec())
}

fn advertised_host() -> Option<String> {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    let hosts = std::fs::read_to_string("/etc/hosts").ok()?;
    Some(first_labels(&full_name(host.trim(), &hosts)))
}

/// Kubernetes writes the pod's full name into the hosts file, before the short one.
fn full_name(host: &str, hosts: &str) -> String {
    let lines = hosts.lines().map(|line| line.split('#').next().unwrap_or_default());
    let mut names = lines.map(|line| line.split_whitespace().skip(1).collect::<Vec<_>>());
    let own = names.find(|names| names.contains(&host));
    own.and_then(|names| names.first().copied()).unwrap_or(host).to_owned()
}

/// `<pod>.<subdomain>.<namespace>.svc`: what the operator's services resolve.
fn first_labels(name: &str) -> String {
    name.split('.').take(4).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pods_full_name_is_cut_behind_svc() {
        let hosts = "127.0.0.1 localhost\n10.1.2.3 c-connect-0.c-connect.kafka.svc.cluster.local c-connect-0\n";
        assert_eq!(first_labels(&full_name("c-connect-0", hosts)), "c-connect-0.c-connect.kafka.svc");
        assert_eq!(first_labels(&full_name("elsewhere", hosts)), "elsewhere");
    }
}
