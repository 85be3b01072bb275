//! Include and exclude lists: anchored, case-insensitive regular expressions over full names.

use crate::config::key::{Problem, split_list};
use regex::{Regex, RegexBuilder};

/// Which names of one kind (schemas, tables, columns) are wanted. Built once; not used per row.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    include: Option<Vec<Regex>>,
    exclude: Option<Vec<Regex>>,
}

impl Filter {
    /// From the values of a pair of settings; both at once is an error on the second.
    pub fn parse(
        (include_key, include): (&str, Option<&str>),
        (exclude_key, exclude): (&str, Option<&str>),
    ) -> Result<Self, Problem> {
        if include.is_some() && exclude.is_some() {
            return Err(Problem::new(
                exclude_key,
                format!("The '{exclude_key}' value is invalid: \"{include_key}\" is already specified"),
            ));
        }
        let list = |key: &str, text: Option<&str>| {
            text.map(|t| patterns(t).map_err(|e| Problem::new(key, format!("The '{key}' value is invalid: {e}"))))
                .transpose()
        };
        Ok(Self { include: list(include_key, include)?, exclude: list(exclude_key, exclude)? })
    }

    pub fn accepts(&self, name: &str) -> bool {
        let matches = |list: &Vec<Regex>| list.iter().any(|r| r.is_match(name));
        self.include.as_ref().is_none_or(matches) && !self.exclude.as_ref().is_some_and(matches)
    }

    /// The include patterns in the order written; empty where there is no list.
    pub fn includes(&self) -> &[Regex] {
        self.include.as_deref().unwrap_or_default()
    }
}

/// The patterns of a comma-separated list, each matching whole names only.
pub fn patterns(list: &str) -> Result<Vec<Regex>, String> {
    split_list(list).iter().map(|p| whole_name(p)).collect()
}

fn whole_name(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(&format!("^(?:{pattern})$"))
        .case_insensitive(true)
        .build()
        .map_err(|e| format!("A comma-separated list of valid regular expressions is expected, but {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names_in_any_case() {
        let filter = Filter::parse(("i", Some("public.users, inv.*")), ("e", None)).unwrap();
        assert!(filter.accepts("public.Users") && filter.accepts("inventory.t"));
        assert!(!filter.accepts("xpublic.users") && !filter.accepts("public.users2"));
    }

    #[test]
    fn both_lists_are_an_error_on_the_exclude_key() {
        let problem = Filter::parse(("a.include", Some("x")), ("a.exclude", Some("y"))).unwrap_err();
        assert_eq!(problem.key, "a.exclude");
    }
}
