//! One thread starts every child. The kernel sends the death signal of a child when the *thread* that started it
//! ends, and test threads end long before their process does.

use std::io;
use std::process::{Child, Command};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};

struct Order {
    command: Command,
    reply: Sender<io::Result<Child>>,
}

static SPAWNER: OnceLock<Mutex<Sender<Order>>> = OnceLock::new();

pub fn spawn(command: Command) -> io::Result<Child> {
    let spawner = SPAWNER.get_or_init(|| Mutex::new(start_thread()));
    let (reply, answer) = channel();
    let order = Order { command, reply };
    let gone = || io::Error::other("the thread that starts processes has ended");
    spawner.lock().unwrap_or_else(PoisonError::into_inner).send(order).map_err(|_| gone())?;
    answer.recv().map_err(|_| gone())?
}

fn start_thread() -> Sender<Order> {
    let (sender, orders) = channel::<Order>();
    std::thread::Builder::new()
        .name("rig-spawner".into())
        .spawn(move || {
            for mut order in orders {
                // who asked may have panicked meanwhile; then the child is ended at once
                if let Err(unclaimed) = order.reply.send(order.command.spawn())
                    && let Ok(mut child) = unclaimed.0
                {
                    let _ = child.kill();
                    let _ = child.wait();
                }
            }
        })
        .expect("a thread can be started at process start");
    sender
}
