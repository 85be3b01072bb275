use super::*;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Decimal128, JavaScriptCodeWithScope, RawDocumentBuf, Regex, Timestamp, doc, oid::ObjectId};

/// The three texts of `value` as member `v`, the outer string undone.
fn texts(value: impl Into<Bson>) -> [String; 3] {
    let document = RawDocumentBuf::try_from(doc! { "v": value.into() }).unwrap();
    [Dialect::Strict, Dialect::Relaxed, Dialect::RelaxedSpaced].map(|dialect| {
        let mut out = vec![b'"'];
        write_document(&mut out, dialect, document.as_bytes()).unwrap();
        out.push(b'"');
        let text: String = serde_json::from_slice(&out).unwrap();
        text.strip_prefix(r#"{"v": "#).unwrap().strip_suffix('}').unwrap().to_owned()
    })
}

fn same(value: impl Into<Bson>, expected: &str) {
    assert_eq!(texts(value), [expected; 3]);
}

#[test]
fn scalars() {
    same(-5, "-5");
    assert_eq!(texts(5_i64), [r#"{"$numberLong": "5"}"#, "5", "5"]);
    same(1.0, "1.0");
    same(2.0E23, "1.9999999999999998E23");
    assert_eq!(texts(f64::NAN)[..2], ["NaN", r#"{"$numberDouble": "NaN"}"#]);
    assert_eq!(texts(f64::NEG_INFINITY)[..2], ["-Infinity", r#"{"$numberDouble": "-Infinity"}"#]);
    same(true, "true");
    same(Bson::Null, "null");
    same(Bson::MinKey, r#"{"$minKey": 1}"#);
    same(Bson::MaxKey, r#"{"$maxKey": 1}"#);
    same(Bson::Undefined, r#"{"$undefined": true}"#);
    same(Bson::Symbol("s".into()), r#"{"$symbol": "s"}"#);
    let id = ObjectId::parse_str("507f1f77bcf86cd799439011").unwrap();
    same(id, r#"{"$oid": "507f1f77bcf86cd799439011"}"#);
}

#[test]
fn dates() {
    let at = |millis| texts(DateTime::from_millis(millis));
    assert_eq!(at(1_577_836_800_120)[..2], [r#"{"$date": 1577836800120}"#, r#"{"$date": "2020-01-01T00:00:00.12Z"}"#]);
    assert_eq!(at(-1)[..2], [r#"{"$date": -1}"#, r#"{"$date": {"$numberLong": "-1"}}"#]);
    assert_eq!(at(0)[2], r#"{"$date": "1970-01-01T00:00:00Z"}"#);
    assert_eq!(at(951_782_400_999)[1], r#"{"$date": "2000-02-29T00:00:00.999Z"}"#);
    assert_eq!(at(253_402_300_799_999)[1], r#"{"$date": "9999-12-31T23:59:59.999Z"}"#);
    assert_eq!(at(253_402_300_800_000)[1], r#"{"$date": {"$numberLong": "253402300800000"}}"#);
}

#[test]
fn decimals() {
    for text in ["1.10", "0E+3", "1E-7", "1E+20", "0.000001", "-0", "NaN", "Infinity", "-Infinity", "123.45678"] {
        let value: Decimal128 = text.parse().unwrap();
        same(value, &format!(r#"{{"$numberDecimal": "{text}"}}"#));
    }
}

#[test]
fn binaries_patterns_and_code() {
    let binary = |subtype, bytes: &[u8]| texts(Binary { subtype, bytes: bytes.to_vec() });
    assert_eq!(
        binary(BinarySubtype::Generic, &[1, 2, 3]),
        [
            r#"{"$binary": "AQID","$type": "00"}"#,
            r#"{"$binary": {"base64": "AQID","subType": "00"}}"#,
            r#"{"$binary": {"base64": "AQID", "subType": "00"}}"#
        ]
    );
    assert_eq!(binary(BinarySubtype::BinaryOld, &[1, 2, 3])[0], r#"{"$binary": "AQID","$type": "02"}"#);
    assert_eq!(binary(BinarySubtype::UserDefined(255), &[])[0], r#"{"$binary": "","$type": "FF"}"#);
    let regex = Regex { pattern: bson::raw::CString::try_from("^a/b\\d\"$").unwrap(), options: "mix".try_into().unwrap() };
    assert_eq!(
        texts(regex)[..2],
        [
            r#"{"$regex": "^a/b\\d\"$","$options": "imx"}"#,
            r#"{"$regularExpression": {"pattern": "^a/b\\d\"$","options": "imx"}}"#
        ]
    );
    let code = JavaScriptCodeWithScope { code: "f()".into(), scope: doc! { "x": 1, "y": 2_i64 } };
    assert_eq!(
        texts(code),
        [
            r#"{"$code": "f()","$scope": {"x": 1,"y": {"$numberLong": "2"}}}"#,
            r#"{"$code": "f()","$scope": {"x": 1,"y": 2}}"#,
            r#"{"$code": "f()", "$scope": {"x": 1, "y": 2}}"#
        ]
    );
    let stamp = Timestamp { time: 4_294_967_295, increment: 1 };
    assert_eq!(texts(stamp)[2], r#"{"$timestamp": {"t": 4294967295, "i": 1}}"#);
    assert_eq!(texts(stamp)[0], r#"{"$timestamp": {"t": 4294967295,"i": 1}}"#);
}

#[test]
fn nesting() {
    let value = doc! { "b": 1, "c": { "d": "x", "e": [], "f": {} }, "g": [1, 2_i64, "x", [1.5, null], { "k": 1 }] };
    assert_eq!(
        texts(value),
        [
            r#"{"b": 1,"c": {"d": "x","e": [],"f": {}},"g": [1,{"$numberLong": "2"},"x",[1.5,null],{"k": 1}]}"#,
            r#"{"b": 1,"c": {"d": "x","e": [],"f": {}},"g": [1,2,"x",[1.5,null],{"k": 1}]}"#,
            r#"{"b": 1, "c": {"d": "x", "e": [], "f": {}}, "g": [1, 2, "x", [1.5, null], {"k": 1}]}"#
        ]
    );
}

#[test]
fn text_is_escaped_by_category() {
    same("a\"b\\c/\u{8}\u{c}\n\r\t'<>&=", r#""a\"b\\c/\b\f\n\r\t'<>&=""#);
    same("é中\u{a0}\u{3000}\u{fffd}", "\"é中\u{a0}\u{3000}\u{fffd}\"");
    same("\u{1}\u{7f}\u{ad}\u{301}\u{2b0}\u{2028}\u{feff}", r#""\u0001\u007f\u00ad\u0301\u02b0\u2028\ufeff""#);
    same("é😀\"\n", r#""é\ud83d\ude00\"\n""#);
}

#[test]
fn documents_nested_too_deep_are_refused() {
    let mut document = doc! {};
    for _ in 0..400 {
        document = doc! { "d": document };
    }
    let raw = RawDocumentBuf::try_from(document).unwrap();
    assert_eq!(
        write_document(&mut vec![], Dialect::Strict, raw.as_bytes()),
        Err(Malformed("documents nested too deep"))
    );
}
