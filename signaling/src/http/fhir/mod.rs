//! `GET /fhir/…`: what hospital systems read of a clinic's consultations ([`crate::fhir`]).
//!
//! What goes wrong is an `OperationOutcome`, and everything is `application/fhir+json`.

mod query;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;

use super::AppState;
use super::paging::Search;
use super::problem::Failure;
use super::session::Caller;
use crate::accounts::{KeyHolder, StaffAction};
use crate::fhir::{self, Clinic, Kind, Known, MEDIA_TYPE, Page, Record, ResourceId};
use crate::ids::RoomId;
use crate::protocol::{ErrorCode, Problem};
use crate::store::{StoreError, StoredRoom};
use query::{Places, Query};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/fhir/metadata", get(metadata))
        .route("/fhir/{kind}", get(search))
        .route("/fhir/{kind}/{id}", get(read))
}

/// What can be asked for in FHIR
#[cfg_attr(test, utoipa::path(
    get,
    path = "/fhir/metadata",
    tag = "fhir",
    responses((status = 200, description = "A CapabilityStatement", body = Object, content_type = "application/fhir+json")),
))]
pub(in crate::http) async fn metadata(State(app): State<AppState>) -> Response {
    told(StatusCode::OK, &fhir::capability(app.service.url()))
}

/// Search in FHIR R4
///
/// Appointment and Encounter by `date` (when they begin), in pages. Consent by `data` and `AuditEvent` by `entity`, both
/// `Encounter/{id}`. Dates are days, months or years in UTC with eq, ge, gt, le or lt in front, and may come twice.
#[cfg_attr(test, utoipa::path(
    get,
    path = "/fhir/{kind}",
    tag = "fhir",
    security(("key" = [])),
    params(("kind" = Kind, Path, description = "What"), query::Fields),
    responses((status = 200, description = "A Bundle of the type searchset", body = Object, content_type = "application/fhir+json")),
    extensions(("x-problems" = json!("malformed link_unknown")))
))]
pub(in crate::http) async fn search(
    State(app): State<AppState>,
    caller: Result<Caller, Failure>,
    kind: Result<Path<String>, PathRejection>,
    fields: Result<Search<Vec<(String, String)>>, Problem>,
) -> Result<Response, Outcome> {
    let caller = caller?;
    let reader = reader(&caller)?;
    let Path(kind) = kind.map_err(unreadable)?;
    let kind = named(&kind)?;
    let Search(fields) = fields?;
    let query = Query::parse(kind, &fields)?;
    let found = match query.of {
        Some(room) => within(&app, reader, kind, room, &query).await?,
        None => by_time(&app, reader, kind, &query).await?,
    };
    Ok(told(
        StatusCode::OK,
        &fhir::searchset(app.service.url(), kind, found),
    ))
}

/// Read in FHIR R4
#[cfg_attr(test, utoipa::path(
    get,
    path = "/fhir/{kind}/{id}",
    tag = "fhir",
    security(("key" = [])),
    params(
        ("kind" = Kind, Path, description = "What"),
        ("id" = String, Path, description = "Which", pattern = "^[0-9a-f]{16}(-[1-9][0-9]*)?$"),
    ),
    responses((status = 200, description = "The resource", body = Object, content_type = "application/fhir+json")),
    extensions(("x-problems" = json!("malformed link_unknown")))
))]
pub(in crate::http) async fn read(
    State(app): State<AppState>,
    caller: Result<Caller, Failure>,
    place: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, Outcome> {
    let caller = caller?;
    let reader = reader(&caller)?;
    let Path((kind, id)) = place.map_err(unreadable)?;
    let kind = named(&kind)?;
    let id = ResourceId::parse(kind, &id).ok_or_else(|| unknown(kind))?;
    let whole = Whole::load(&app, reader, id.room, kind).await?;
    let whole = whole.ok_or_else(|| unknown(kind))?;
    let resource = whole.record(app.service.url()).one(kind, id);
    Ok(told(
        StatusCode::OK,
        &resource.ok_or_else(|| unknown(kind))?,
    ))
}

/// Whoever may read records: what is told is written down by the key that it is told to.
fn reader(caller: &Caller) -> Result<&KeyHolder, Problem> {
    caller.may(StaffAction::ReadRecords)?;
    match caller {
        Caller::Key(holder) => Ok(holder),
        Caller::Staff(_) => {
            let words = "records are read by hospital systems, with a key";
            Err(Problem::new(ErrorCode::Forbidden, words))
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(rejection: PathRejection) -> Problem {
    Problem::new(ErrorCode::Malformed, rejection.body_text())
}

fn named(kind: &str) -> Result<Kind, Problem> {
    let known = Kind::ALL.into_iter().find(|known| known.name() == kind);
    known.ok_or_else(|| {
        let words = "there are Appointment, Encounter, Consent and AuditEvent here";
        Problem::new(ErrorCode::LinkUnknown, words)
    })
}

fn unknown(kind: Kind) -> Problem {
    Problem::new(
        ErrorCode::LinkUnknown,
        format!("there is no such {}", kind.name()),
    )
}

/// Everything that is told of one consultation.
struct Whole {
    room: RoomId,
    clinic: Clinic,
    stored: StoredRoom,
    people: Vec<Known>,
}

impl Whole {
    async fn load(
        app: &AppState,
        reader: &KeyHolder,
        room: RoomId,
        kind: Kind,
    ) -> Result<Option<Self>, Failure> {
        let id = reader.clinic;
        let Some(stored) = app.service.disclose(reader, room, kind.into()).await? else {
            return Ok(None);
        };
        let name = app.accounts.clinic(id).await?.name.into();
        let people = stored.people.iter().map(|person| Known {
            seat: person.seat,
            person: person.person,
            name: person.name.clone(),
            account: person.account,
            licence: person.licence.clone(),
        });
        let people = people.collect();
        Ok(Some(Self {
            room,
            clinic: Clinic { id, name },
            stored,
            people,
        }))
    }

    fn record<'a>(&'a self, base: &'a str) -> Record<'a> {
        Record {
            room: self.room,
            clinic: &self.clinic,
            log: &self.stored.events,
            actors: &self.stored.actors,
            people: &self.people,
            base,
        }
    }
}

/// A page of consultations by when they begin.
async fn by_time(
    app: &AppState,
    reader: &KeyHolder,
    kind: Kind,
    query: &Query,
) -> Result<Page, Failure> {
    let times = query.dates.from..query.dates.until;
    let one_more = query.limit.saturating_add(1);
    let dated = if query.dates.is_empty() {
        Vec::new()
    } else {
        app.service
            .records(reader.clinic, times, query.after, one_more)
            .await
            .map_err(|error| failed(&error))?
    };
    let page = dated.get(..query.limit).unwrap_or(&dated);
    let mut found = Vec::new();
    for dated in page {
        // Deleted meanwhile, if it is not there.
        if let Some(whole) = Whole::load(app, reader, dated.room, kind).await? {
            found.extend(whole.record(app.service.url()).all(kind));
        }
    }
    let last = page.last().filter(|_| dated.len() > query.limit);
    Ok(Page {
        found,
        query: query.text(None),
        next: last.map(|last| query.text(Some(*last))),
    })
}

/// What is about one consultation; it is never more than its log is long.
async fn within(
    app: &AppState,
    reader: &KeyHolder,
    kind: Kind,
    room: RoomId,
    query: &Query,
) -> Result<Page, Failure> {
    let whole = Whole::load(app, reader, room, kind).await?;
    let whole = whole.ok_or_else(|| unknown(Kind::Encounter))?;
    let all = whole.record(app.service.url()).all(kind);
    let Places { found, next } = query.places(all);
    Ok(Page {
        found,
        query: query.text(None),
        next,
    })
}

fn failed(error: &StoreError) -> Failure {
    if error.is_away() {
        let words = "nothing can be read at this moment; it will work again soon";
        return Problem::new(ErrorCode::StoreAway, words).into();
    }
    tracing::error!(%error, "a record could not be read");
    Problem::new(ErrorCode::Internal, "a fault of the server").into()
}

/// What went wrong, as FHIR says it.
pub(in crate::http) struct Outcome(Failure);

impl<E: Into<Failure>> From<E> for Outcome {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        let outcome = fhir::outcome(self.0.problem());
        let mut response = self.0.into_response();
        *response.body_mut() = outcome.to_string().into();
        let headers = response.headers_mut();
        headers.remove(axum::http::header::CONTENT_LENGTH);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        response
    }
}

fn told(status: StatusCode, resource: &Value) -> Response {
    let headers = [(CONTENT_TYPE, MEDIA_TYPE), (CACHE_CONTROL, "no-store")];
    (status, headers, resource.to_string()).into_response()
}
