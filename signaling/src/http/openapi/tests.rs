use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;

use super::{DESCRIPTION, describe};
use crate::http::tests::{send, server};
use crate::protocol::ErrorCode;

/// Writes what is stale, then fails once so that a stale file is never committed unseen.
#[test]
fn export_openapi_the_description_is_that_of_the_handlers() {
    let wanted = describe::description();
    if DESCRIPTION != wanted {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
        std::fs::write(path, wanted).unwrap();
        panic!(
            "signaling/openapi.json was stale and is rewritten: look at the difference and commit it"
        );
    }
}

/// Routes that are no request and answer, with where they are described.
const ELSEWHERE: [(&str, &str); 1] = [("any", "/v1/connect")]; // a WebSocket: PROTOCOL.md

/// Method and path of every route. What axum shows of a router is the only list of them that it gives.
fn routes(router: &Router) -> BTreeSet<(String, String)> {
    let shown = format!("{router:?}");
    let (shown, _) = shown.split_once("fallback_router").unwrap();
    let mut methods: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut paths = BTreeMap::new();
    for (id, is) in shown
        .split("RouteId(")
        .filter_map(|part| part.split_once("): "))
    {
        if let Some(path) = is.strip_prefix('"') {
            paths.insert(id, path.split('"').next().unwrap());
            continue;
        }
        let (all, fallback) = is.split_once("fallback").unwrap();
        let named = [
            "get", "head", "delete", "options", "patch", "post", "put", "trace",
        ];
        let mut taken: Vec<&str> = named
            .into_iter()
            .filter(|method| !all.contains(&format!("{method}: None")))
            .collect();
        if taken.is_empty() && !fallback.starts_with(": Default") {
            taken.push("any");
        }
        methods.insert(id, taken);
    }
    assert_eq!(
        methods.len(),
        paths.len(),
        "axum shows its routes in another way now"
    );
    let all = methods.iter().flat_map(|(id, methods)| {
        let path = paths[id];
        methods
            .iter()
            .map(|method| ((*method).to_owned(), path.to_owned()))
    });
    all.collect()
}

fn document() -> Value {
    serde_json::from_str(DESCRIPTION).unwrap()
}

fn described() -> BTreeSet<(String, String)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, operations)| {
        let methods = operations.as_object().unwrap().keys();
        methods.map(|method| (method.clone(), path.clone()))
    });
    operations.collect()
}

#[tokio::test]
async fn every_route_is_described_and_every_description_has_a_route() {
    let mut routes = routes(&server());
    assert!(routes.len() > 5, "{routes:?}");
    for (method, path) in ELSEWHERE {
        assert!(
            routes.remove(&(method.to_owned(), path.to_owned())),
            "{path}"
        );
    }
    let described = described();
    let missing: Vec<_> = routes.difference(&described).collect();
    assert!(
        missing.is_empty(),
        "routes without a description: {missing:?}"
    );
    let gone: Vec<_> = described.difference(&routes).collect();
    assert!(gone.is_empty(), "descriptions without a route: {gone:?}");
}

#[tokio::test]
async fn anybody_may_read_the_description() {
    let request = Request::get("/v1/openapi.json").body(Body::empty());
    let (status, body) = send(&server(), request.unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["openapi"], "3.1.0");
}

#[test]
fn what_needs_a_secret_says_so_and_every_error_code_is_of_its_status() {
    let document = document();
    for (method, path) in described() {
        let operation = &document["paths"][&path][&method];
        let needs_secret = operation.get("security").is_some();
        let answers = operation["responses"].as_object().unwrap();
        assert!(
            !needs_secret || answers.contains_key("401"),
            "{method} {path}"
        );
        for (status, answer) in answers {
            let Some(problem) = answer["content"].get("application/problem+json") else {
                continue;
            };
            for code in problem["schema"]["allOf"][1]["properties"]["code"]["enum"]
                .as_array()
                .unwrap()
            {
                let code = ErrorCode::from_code(code.as_str().unwrap());
                assert_eq!(&code.http_status().to_string(), status, "{method} {path}");
            }
        }
    }
}
