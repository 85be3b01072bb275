//! Runs a future to its end from anywhere, also from inside another runtime.

use std::future::Future;
use std::sync::OnceLock;
use std::sync::mpsc::channel;

use tokio::runtime::Runtime;

static RUNTIME: OnceLock<Runtime> = OnceLock::new();

pub fn wait<F>(future: F) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let (sender, receiver) = channel();
    runtime().spawn(async move {
        // the receiver waits below
        let _ = sender.send(future.await);
    });
    receiver.recv().expect("the future ran to its end or panicked, which has been printed")
}

fn runtime() -> &'static Runtime {
    RUNTIME.get_or_init(|| {
        // a second provider is no error: the first one stays
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).thread_name("rig-io").enable_all();
        builder.build().expect("a runtime can be built at process start")
    })
}
