//! The engine as a C library: loading it, connections, results.
//!
//! All `unsafe` of the project is here. The C interface, as far as it is used:
//! `chdb_connect(argc, argv)` gives a pointer to a connection handle (null when the folder cannot be opened; the
//! reason goes to standard error), several connections of one process share one engine, the last one closed ends it.
//! `chdb_query_with_params_n` takes bytes and gives a result that must be destroyed; a result has either an error
//! text or a buffer, and its counters mean something only without an error.

#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

use libloading::Library;

use crate::exception::Exception;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot load the ClickHouse engine from {path}: give --lib the path of libchdb.so")]
    Load { path: String, source: libloading::Error },
    #[error("cannot create the data folder {path}")]
    Folder { path: String, source: std::io::Error },
    #[error("{0} contains a zero byte and cannot be a path")]
    Path(String),
    #[error("the engine cannot open {0}: its reason is printed above; another process may be using the folder")]
    Open(String),
    #[error("the engine does not answer `SELECT version(), timezone()`")]
    Version(#[source] Exception),
}

type Handle = *mut c_void;
type ResultPtr = *mut c_void;
type Connect = unsafe extern "C" fn(c_int, *mut *mut c_char) -> *mut Handle;
type Close = unsafe extern "C" fn(*mut Handle);
type Query = unsafe extern "C" fn(
    Handle,
    *const c_char,
    usize,
    *const c_char,
    usize,
    *const *const c_char,
    *const usize,
    *const *const c_char,
    *const usize,
    usize,
) -> ResultPtr;
type Destroy = unsafe extern "C" fn(ResultPtr);
type Pointer = unsafe extern "C" fn(ResultPtr) -> *const c_char;
type Count = unsafe extern "C" fn(ResultPtr) -> u64;
type Seconds = unsafe extern "C" fn(ResultPtr) -> f64;

/// The functions of the library; the library itself is never unloaded, since its threads outlive the connections.
struct Functions {
    connect: Connect,
    close: Close,
    query: Query,
    destroy: Destroy,
    buffer: Pointer,
    error: Pointer,
    length: Count,
    elapsed: Seconds,
    result_rows: Count,
    result_bytes: Count,
    storage_rows_read: Count,
    storage_bytes_read: Count,
    rows_written: Count,
    bytes_written: Count,
}

impl Functions {
    fn load(path: &Path) -> Result<Functions, libloading::Error> {
        // SAFETY: the library's initialisers are those of the ClickHouse engine; the signatures above are its header's.
        unsafe {
            let library: &'static Library = Box::leak(Box::new(Library::new(path)?));
            // The engine's own handlers would keep a crashing process alive for minutes.
            let signal_handlers = library.get::<unsafe extern "C" fn(c_int)>(b"chdb_set_signal_handlers_enabled\0")?;
            signal_handlers(0);
            Ok(Functions {
                connect: *library.get(b"chdb_connect\0")?,
                close: *library.get(b"chdb_close_conn\0")?,
                query: *library.get(b"chdb_query_with_params_n\0")?,
                destroy: *library.get(b"chdb_destroy_query_result\0")?,
                buffer: *library.get(b"chdb_result_buffer\0")?,
                error: *library.get(b"chdb_result_error\0")?,
                length: *library.get(b"chdb_result_length\0")?,
                elapsed: *library.get(b"chdb_result_elapsed\0")?,
                result_rows: *library.get(b"chdb_result_rows_read\0")?,
                result_bytes: *library.get(b"chdb_result_bytes_read\0")?,
                storage_rows_read: *library.get(b"chdb_result_storage_rows_read\0")?,
                storage_bytes_read: *library.get(b"chdb_result_storage_bytes_read\0")?,
                rows_written: *library.get(b"chdb_result_rows_written\0")?,
                bytes_written: *library.get(b"chdb_result_bytes_written\0")?,
            })
        }
    }
}

/// What a statement gave.
#[derive(Debug, Default)]
pub struct Answer {
    pub body: Vec<u8>,
    pub elapsed_ns: u64,
    pub read_rows: u64,
    pub read_bytes: u64,
    pub written_rows: u64,
    pub written_bytes: u64,
    pub result_rows: u64,
    pub result_bytes: u64,
}

/// The running engine over one data folder.
pub struct Engine {
    functions: Arc<Functions>,
    path: CString,
    /// Held so that the engine stays up between requests; taken by `close`.
    keeper: Mutex<Option<Connection>>,
    version: String,
    timezone: String,
}

impl Engine {
    pub fn open(library: &Path, data: &Path) -> Result<Engine, Error> {
        let shown = data.display().to_string();
        std::fs::create_dir_all(data).map_err(|source| Error::Folder { path: shown.clone(), source })?;
        let functions =
            Functions::load(library).map_err(|source| Error::Load { path: library.display().to_string(), source })?;
        let functions = Arc::new(functions);
        let mut argument = b"--path=".to_vec();
        argument.extend_from_slice(data.as_os_str().as_bytes());
        let path = CString::new(argument).map_err(|_| Error::Path(shown.clone()))?;

        let keeper = Connection::open(&functions, &path).ok_or(Error::Open(shown))?;
        let facts = keeper.query(b"SELECT version(), timezone()", "TabSeparatedRaw", &[]).map_err(Error::Version)?;
        let facts = String::from_utf8_lossy(&facts.body).trim().to_owned();
        let (version, timezone) = facts.split_once('\t').unwrap_or((&facts, "UTC"));
        let (version, timezone) = (version.to_owned(), timezone.to_owned());
        Ok(Engine { functions, path, keeper: Mutex::new(Some(keeper)), version, timezone })
    }

    pub fn version(&self) -> &str {
        &self.version
    }

    pub fn timezone(&self) -> &str {
        &self.timezone
    }

    /// A connection of its own: its settings and current database belong to nobody else and end with it.
    pub fn connect(&self) -> Result<Connection, Exception> {
        Connection::open(&self.functions, &self.path)
            .ok_or_else(|| Exception::new(210, "NETWORK_ERROR", "the engine gives no further connection"))
    }

    /// Ends the engine once the last connection is gone, which writes out what it holds back.
    pub fn close(&self) {
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(keeper);
    }
}

pub struct Connection {
    functions: Arc<Functions>,
    slot: *mut Handle,
}

// SAFETY: the engine ties nothing to the thread that opened a connection; one connection is used by one thread at a time
// because `query` is only reached through the owner.
unsafe impl Send for Connection {}

impl Connection {
    fn open(functions: &Arc<Functions>, path: &CStr) -> Option<Connection> {
        let mut arguments = [c"clickhouse".as_ptr().cast_mut(), path.as_ptr().cast_mut()];
        // SAFETY: both strings end in zero and live for the call, which copies them.
        let slot = unsafe { (functions.connect)(arguments.len() as c_int, arguments.as_mut_ptr()) };
        // SAFETY: a slot that is not null points to a handle until it is closed.
        if slot.is_null() || unsafe { *slot }.is_null() {
            return None;
        }
        Some(Connection { functions: Arc::clone(functions), slot })
    }

    /// Runs one statement; `format` applies where the statement names none.
    pub fn query(&self, sql: &[u8], format: &str, parameters: &[(String, String)]) -> Result<Answer, Exception> {
        let names: Vec<*const c_char> = parameters.iter().map(|(name, _)| name.as_ptr().cast()).collect();
        let name_lengths: Vec<usize> = parameters.iter().map(|(name, _)| name.len()).collect();
        let values: Vec<*const c_char> = parameters.iter().map(|(_, value)| value.as_ptr().cast()).collect();
        let value_lengths: Vec<usize> = parameters.iter().map(|(_, value)| value.len()).collect();
        // SAFETY: every pointer comes with its length and lives for the call; the slot is open until drop.
        let result = unsafe {
            (self.functions.query)(
                *self.slot,
                sql.as_ptr().cast(),
                sql.len(),
                format.as_ptr().cast(),
                format.len(),
                names.as_ptr(),
                name_lengths.as_ptr(),
                values.as_ptr(),
                value_lengths.as_ptr(),
                parameters.len(),
            )
        };
        if result.is_null() {
            return Err(Exception::new(1002, "UNKNOWN_EXCEPTION", "the engine gave neither a result nor an error"));
        }
        let answer = self.read(result);
        // SAFETY: the result is destroyed once and not used afterwards.
        unsafe { (self.functions.destroy)(result) };
        answer
    }

    fn read(&self, result: ResultPtr) -> Result<Answer, Exception> {
        let f = &self.functions;
        // SAFETY: the result is alive; texts end in zero; the buffer has the length that the library states.
        unsafe {
            let error = (f.error)(result);
            if !error.is_null() {
                return Err(Exception::parse(&CStr::from_ptr(error).to_string_lossy()));
            }
            let (buffer, length) = ((f.buffer)(result), (f.length)(result) as usize);
            let body = if buffer.is_null() || length == 0 {
                Vec::new()
            } else {
                std::slice::from_raw_parts(buffer.cast::<u8>(), length).to_vec()
            };
            Ok(Answer {
                body,
                elapsed_ns: ((f.elapsed)(result) * 1e9) as u64,
                read_rows: (f.storage_rows_read)(result),
                read_bytes: (f.storage_bytes_read)(result),
                written_rows: (f.rows_written)(result),
                written_bytes: (f.bytes_written)(result),
                result_rows: (f.result_rows)(result),
                result_bytes: (f.result_bytes)(result),
            })
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let slot = std::mem::replace(&mut self.slot, ptr::null_mut());
        // SAFETY: the slot was open and is closed once.
        unsafe { (self.functions.close)(slot) };
    }
}
