//! Record text: Connect JSON.
