//! A clinic's appointments, for its staff and its hospital systems.

pub(super) mod calendar;
pub(super) mod day;
mod query;
mod requests;

use axum::extract::{Path, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};

use super::AppState;
use super::address::ClientAddress;
use super::body::JsonBody;
use super::paging::Search;
use super::problem::Failure;
use super::rooms::parse_room;
use super::seats::parse_seat;
use super::session::Caller;
use crate::accounts::StaffAction;
use crate::board::View;
use crate::consultation as domain;
use crate::ids::RoomId;
use crate::protocol::{
    AdmitRequest, AppointmentList, BookRequest, CancelRequest, CodeRequest, LateRequest,
    NewLinkResponse, PriorityRequest, Problem, RescheduleRequest, TransferRequest,
};
use crate::service::{AppointmentError, Change, CodeError, Requester};
use crate::store::{Actor, StoreError};
use query::ListQuery;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/appointments", post(book).get(list))
        .route("/v1/appointments/{appointment}", get(one).patch(reschedule))
        .route("/v1/appointments/{appointment}/cancel", post(cancel))
        .route("/v1/appointments/{appointment}/no-show", post(no_show))
        .route("/v1/appointments/{appointment}/reopen", post(reopen))
        .route("/v1/appointments/{appointment}/end", post(end))
        .route("/v1/appointments/{appointment}/priority", post(priority))
        .route("/v1/appointments/{appointment}/late", post(late))
        .route("/v1/appointments/{appointment}/admit", post(admit))
        .route("/v1/appointments/{appointment}/transfer", post(transfer))
        .route("/v1/appointments/{appointment}/enter", post(enter))
        .route(
            "/v1/appointments/{appointment}/seats/{seat}/link",
            post(new_link),
        )
        .route(
            "/v1/appointments/{appointment}/calendar.ics",
            get(calendar::entry),
        )
        .route("/v1/day", get(day::day))
        .route("/v1/day/late", post(day::late_today))
        .route("/v1/code", post(redeem))
}

/// Book a time for these people
///
/// The same Idempotency-Key with the same body gets the same answer for 24 hours.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/appointments",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 64 visible ASCII characters", min_length = 1, max_length = 64, pattern = "^[!-~]{1,64}$")),
    request_body = crate::protocol::BookRequest,
    responses((status = 201, description = "How everybody gets in", body = crate::protocol::Booked)),
    extensions(("x-problems" = json!("body key_reused draining overloaded account_unknown")))
))]
pub(super) async fn book(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(request): JsonBody<BookRequest>,
) -> Result<impl IntoResponse, Failure> {
    let by = changes(&caller)?;
    let booking = requests::booking(&app, by, &headers, request).await?;
    let booked = app.service.book(by, booking).await?;
    Ok((StatusCode::CREATED, answer(booked)))
}

/// Appointments by time
///
/// Those of the clinic, or of whoever has a seat in some.
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/appointments",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(query::ListQuery),
    responses((status = 200, description = "A page of them", body = crate::protocol::AppointmentList)),
    extensions(("x-problems" = json!("malformed")))
))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Search(query): Search<ListQuery>,
) -> Result<impl IntoResponse, Failure> {
    let by = looks(&caller)?;
    let page = query.page();
    let (limit, after) = (page.limit()?, page.after::<query::Cursor>()?);
    let after = after.map(|cursor| cursor.0);
    let found = app.service.appointments(by, query.times(), after, limit);
    let (appointments, next) = found.await?;
    let next = next.map(|next| query::Cursor(next).to_string());
    Ok(answer(AppointmentList { appointments, next }))
}

/// One appointment
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/appointments/{appointment}",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    responses((status = 200, description = "As it is now", body = crate::protocol::Appointment)),
    extensions(("x-problems" = json!("link_unknown")))
))]
pub(super) async fn one(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
) -> Result<impl IntoResponse, Failure> {
    let by = looks(&caller)?;
    let found = app.service.appointment(by, id(&appointment)?).await?;
    Ok(answer(found))
}

/// Move it to another time
///
/// Its links and codes stay good.
#[cfg_attr(test, utoipa::path(
    patch,
    path = "/v1/appointments/{appointment}",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    request_body = crate::protocol::RescheduleRequest,
    responses((status = 200, description = "As it is now", body = crate::protocol::Appointment)),
    extensions(("x-problems" = json!("body act")))
))]
pub(super) async fn reschedule(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
    JsonBody(request): JsonBody<RescheduleRequest>,
) -> Result<impl IntoResponse, Failure> {
    let RescheduleRequest { begins, minutes } = request;
    let length = domain::Minutes(minutes);
    let time = domain::BookedTime { begins, length };
    change(&app, &caller, &appointment, Change::Reschedule(time)).await
}

/// Call it off
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/appointments/{appointment}/cancel",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    request_body = crate::protocol::CancelRequest,
    responses((status = 200, description = "As it is now", body = crate::protocol::Appointment)),
    extensions(("x-problems" = json!("body act")))
))]
pub(super) async fn cancel(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
    JsonBody(CancelRequest { reason }): JsonBody<CancelRequest>,
) -> Result<impl IntoResponse, Failure> {
    let reason = requests::cancel_reason(reason);
    change(&app, &caller, &appointment, Change::Cancel(reason)).await
}

/// Call it missed: the patient did not come
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/appointments/{appointment}/no-show",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    responses((status = 200, description = "As it is now", body = crate::protocol::Appointment)),
    extensions(("x-problems" = json!("act")))
))]
pub(super) async fn no_show(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
) -> Result<impl IntoResponse, Failure> {
    change(&app, &caller, &appointment, Change::NoShow).await
}

/// Take its end back
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/appointments/{appointment}/reopen",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    responses((status = 200, description = "As it is now", body = crate::protocol::Appointment)),
    extensions(("x-problems" = json!("act")))
))]
pub(super) async fn reopen(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
) -> Result<impl IntoResponse, Failure> {
    change(&app, &caller, &appointment, Change::Reopen).await
}

/// End it for everybody
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/appointments/{appointment}/end",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    responses((status = 200, description = "As it is now", body = crate::protocol::Appointment)),
    extensions(("x-problems" = json!("act")))
))]
pub(super) async fn end(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
) -> Result<impl IntoResponse, Failure> {
    change(&app, &caller, &appointment, Change::End).await
}

/// To be seen first by law, or not any more
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/appointments/{appointment}/priority",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    request_body = crate::protocol::PriorityRequest,
    responses((status = 200, description = "As it is now", body = crate::protocol::Appointment)),
    extensions(("x-problems" = json!("body act")))
))]
pub(super) async fn priority(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
    JsonBody(PriorityRequest { class }): JsonBody<PriorityRequest>,
) -> Result<impl IntoResponse, Failure> {
    let class = class.map(requests::priority_class);
    change(&app, &caller, &appointment, Change::SetPriority(class)).await
}

/// Tell those who wait that it begins late
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/appointments/{appointment}/late",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    request_body = crate::protocol::LateRequest,
    responses((status = 200, description = "As it is now", body = crate::protocol::Appointment)),
    extensions(("x-problems" = json!("body act")))
))]
pub(super) async fn late(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
    JsonBody(LateRequest { minutes }): JsonBody<LateRequest>,
) -> Result<impl IntoResponse, Failure> {
    let delay = minutes.map(domain::Minutes);
    change(&app, &caller, &appointment, Change::TellLate(delay)).await
}

/// Let somebody in
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/appointments/{appointment}/admit",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    request_body = crate::protocol::AdmitRequest,
    responses((status = 200, description = "As it is now", body = crate::protocol::Appointment)),
    extensions(("x-problems" = json!("body act")))
))]
pub(super) async fn admit(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
    JsonBody(AdmitRequest { seat }): JsonBody<AdmitRequest>,
) -> Result<impl IntoResponse, Failure> {
    change(&app, &caller, &appointment, Change::Admit(seat)).await
}

/// Hand a practitioner's seat to a colleague
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/appointments/{appointment}/transfer",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    request_body = crate::protocol::TransferRequest,
    responses((status = 200, description = "As it is now", body = crate::protocol::Appointment)),
    extensions(("x-problems" = json!("body act")))
))]
pub(super) async fn transfer(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
    JsonBody(TransferRequest { seat, account }): JsonBody<TransferRequest>,
) -> Result<impl IntoResponse, Failure> {
    // Before anything is said of an account: of an appointment that is not there nothing is.
    let by = changes(&caller)?;
    let room = id(&appointment)?;
    app.service.appointment(by, room).await?;
    let name = requests::colleague(&app, by, account, domain::Role::Practitioner).await?;
    let name = name.ok_or_else(|| requests::no_colleague("account"))?;
    let handed = Change::Transfer(seat, account, name);
    Ok(answer(app.service.change(by, room, handed).await?))
}

/// A new link and code for one person
///
/// The old ones die.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/appointments/{appointment}/seats/{seat}/link",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which"), ("seat" = crate::ids::SeatId, Path, description = "Whose")),
    responses((status = 201, description = "The way in", body = crate::protocol::SeatLink)),
    extensions(("x-problems" = json!("malformed act")))
))]
pub(super) async fn new_link(
    State(app): State<AppState>,
    caller: Caller,
    Path((appointment, seat)): Path<(String, String)>,
) -> Result<impl IntoResponse, Failure> {
    let by = changes(&caller)?;
    let (room, seat) = (id(&appointment)?, parse_seat(&seat)?);
    let link = app.service.new_seat_link(by, room, seat).await?;
    Ok((StatusCode::CREATED, answer(link)))
}

/// The own way into it
///
/// For whoever is signed in and has a seat there.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/appointments/{appointment}/enter",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    responses((status = 200, description = "The link", body = crate::protocol::NewLinkResponse)),
    extensions(("x-problems" = json!("act")))
))]
pub(super) async fn enter(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
) -> Result<impl IntoResponse, Failure> {
    caller.may(StaffAction::SeeOwnDay)?;
    let by = requester(&caller);
    let link = app.service.enter(by, id(&appointment)?).await?;
    Ok(answer(NewLinkResponse { link }))
}

/// The link that eight digits stand for
///
/// The same answer, after the same time, for every code that opens nothing.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/code",
    tag = "joining",
    request_body = crate::protocol::CodeRequest,
    responses((status = 200, description = "The link", body = crate::protocol::NewLinkResponse)),
    extensions(("x-problems" = json!("body link_unknown rate_limited store")))
))]
pub(super) async fn redeem(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    JsonBody(CodeRequest { code }): JsonBody<CodeRequest>,
) -> Result<impl IntoResponse, Failure> {
    let link = app.service.redeem(&code, address).await?;
    Ok(answer(NewLinkResponse { link }))
}

async fn change(
    app: &AppState,
    caller: &Caller,
    appointment: &str,
    change: Change,
) -> Result<impl IntoResponse + use<>, Failure> {
    let by = changes(caller)?;
    let changed = app.service.change(by, id(appointment)?, change).await?;
    Ok(answer(changed))
}

/// Somebody who changes appointments: those of the clinic, or, of somebody who has a seat in
/// some, those.
fn changes(caller: &Caller) -> Result<Requester, Problem> {
    caller.may(StaffAction::BookAppointments)?;
    let by = requester(caller);
    Ok(match caller {
        Caller::Staff(_) if caller.may(StaffAction::SeeClinicDay).is_err() => by,
        Caller::Staff(_) | Caller::Key(_) => of_clinic(by),
    })
}

/// Somebody who looks at appointments.
fn looks(caller: &Caller) -> Result<Requester, Problem> {
    let by = requester(caller);
    if caller.may(StaffAction::SeeClinicDay).is_ok() {
        return Ok(of_clinic(by));
    }
    caller.may(StaffAction::SeeOwnDay)?;
    Ok(by)
}

const fn of_clinic(by: Requester) -> Requester {
    Requester {
        view: View::Clinic,
        ..by
    }
}

/// With a view of as little as there is.
fn requester(caller: &Caller) -> Requester {
    let clinic = caller.clinic();
    match caller {
        Caller::Staff(who) => Requester {
            clinic,
            view: View::Own(who.account),
            actor: Actor::Account(who.account),
        },
        Caller::Key(holder) => Requester {
            clinic,
            view: View::Clinic,
            actor: Actor::Key(holder.key),
        },
    }
}

/// What nobody may keep who only carries it.
fn answer<T: serde::Serialize>(body: T) -> impl IntoResponse + use<T> {
    ([(CACHE_CONTROL, "no-store")], Json(body))
}

/// A text that is no id is an appointment that does not exist: there are no others to tell apart.
fn id(appointment: &str) -> Result<RoomId, Failure> {
    Ok(parse_room(appointment).map_err(|_| AppointmentError::Unknown)?)
}

impl From<AppointmentError> for Failure {
    fn from(error: AppointmentError) -> Self {
        Problem::new(error.code(), error.to_string()).into()
    }
}

impl From<CodeError<StoreError>> for Failure {
    fn from(error: CodeError<StoreError>) -> Self {
        match error {
            CodeError::Unknown => AppointmentError::Code.into(),
            CodeError::Wait(wait) => Self::rate_limited(error.to_string(), wait),
            CodeError::Failed(error) => AppointmentError::from(error).into(),
        }
    }
}
