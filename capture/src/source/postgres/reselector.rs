//! Questions to the database in the middle of a change, on a connection and a thread of their own: the log waits for each.

use super::error::sqlstate;
use super::wire::codec::Connection;
use super::wire::query::Row;
use super::wire::startup::Login;
use crate::error::{Error, Result};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::time::timeout;

/// The server ends the stream after `wal_sender_timeout`, a minute by default.
const LONGEST: Duration = Duration::from_secs(20);

pub struct Reselector {
    /// `None` once the thread is to end.
    questions: Option<Sender<String>>,
    answers: Receiver<Result<Vec<Row>>>,
    thread: Option<JoinHandle<()>>,
}

impl Reselector {
    pub fn start(login: Login) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let failed = |e| Error::fatal("no thread can be started that reads columns again").caused_by(e);
        let runtime = runtime.map_err(failed)?;
        let ((questions, asked), (answer, answers)) = (channel::<String>(), channel());
        let serve = move || {
            let mut connection = None;
            for question in asked {
                let answered = runtime.block_on(ask(&login, &mut connection, &question));
                if answer.send(answered).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("reselect".to_owned()).spawn(serve).map_err(failed)?;
        Ok(Self { questions: Some(questions), answers, thread: Some(thread) })
    }

    /// The rows that a query gives.
    pub fn ask(&mut self, question: String) -> Result<Vec<Row>> {
        let is_asked = self.questions.as_ref().is_some_and(|questions| questions.send(question).is_ok());
        let ended = || Error::transient("the thread that reads columns again has ended");
        if is_asked { self.answers.recv().unwrap_or_else(|_| Err(ended())) } else { Err(ended()) }
    }
}

impl Drop for Reselector {
    fn drop(&mut self) {
        self.questions = None;
        if let Some(thread) = self.thread.take() {
            // it waits for a question, of which none comes any more
            let _ = thread.join();
        }
    }
}

/// A connection that is lost is made anew once.
async fn ask(login: &Login, connection: &mut Option<Connection>, question: &str) -> Result<Vec<Row>> {
    for is_last in [false, true] {
        let answered = timeout(LONGEST, ask_once(login, connection, question)).await;
        let failure = match answered {
            Ok(Ok(rows)) => return Ok(rows),
            Ok(Err(failure)) => failure,
            Err(_) => {
                *connection = None;
                return Err(Error::transient(format!("a column could not be read again within {LONGEST:?}")));
            }
        };
        if sqlstate(&failure).is_some() || is_last {
            return Err(failure);
        }
        *connection = None;
    }
    Ok(vec![])
}

async fn ask_once(login: &Login, connection: &mut Option<Connection>, question: &str) -> Result<Vec<Row>> {
    let connection = match connection {
        Some(connection) => connection,
        absent => absent.insert(login.connect().await?),
    };
    connection.query(question).await
}
