//! Shows what provisioning does: a spinner on a terminal, plain lines otherwise. Always on standard error.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::component::Component;

pub struct Progress {
    component: Component,
    spinner: Option<ProgressBar>,
    since: Instant,
}

impl Progress {
    pub fn start(component: Component) -> Self {
        let spinner = std::io::stderr().is_terminal().then(|| spinner(component));
        Self { component, spinner, since: Instant::now() }
    }

    pub fn step(&self, step: &'static str) {
        match &self.spinner {
            Some(spinner) => spinner.set_message(step),
            None => eprintln!("provision {} {}: {step}", self.component, self.component.pin().version),
        }
    }

    pub fn done(self) {
        let seconds = self.since.elapsed().as_secs_f32();
        let text = format!("provision {} {}: done in {seconds:.1} s", self.component, self.component.pin().version);
        if let Some(spinner) = &self.spinner {
            spinner.finish_and_clear();
        }
        eprintln!("{text}");
    }
}

fn spinner(component: Component) -> ProgressBar {
    let spinner = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {prefix}: {msg} ({elapsed})");
    // the template is constant
    spinner.set_style(style.expect("the template of the spinner is valid"));
    spinner.set_prefix(format!("provision {component} {}", component.pin().version));
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}
