//! An appointment for the calendar of whoever works at the clinic.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

use super::{id, looks};
use crate::calendar::{Entry, Party, Revision, calendar};
use crate::http::AppState;
use crate::http::problem::Failure;
use crate::http::session::Caller;
use crate::service::AppointmentError;

/// The appointment as a calendar entry
///
/// iCalendar (RFC 5545): another time is another SEQUENCE of the same UID. It names nobody: calendars are shared.
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/appointments/{appointment}/calendar.ics",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(("appointment" = crate::ids::RoomId, Path, description = "Which")),
    responses((status = 200, description = "The entry", body = String, content_type = "text/calendar")),
    extensions(("x-problems" = json!("link_unknown not_booked")))
))]
pub(in crate::http) async fn entry(
    State(app): State<AppState>,
    caller: Caller,
    Path(appointment): Path<String>,
) -> Result<impl IntoResponse, Failure> {
    let by = looks(&caller)?;
    let room = id(&appointment)?;
    // Whether it is there for whoever asks.
    app.service.appointment(by, room).await?;
    let stored = app.service.record(by.clinic, room).await;
    let stored = stored.map_err(AppointmentError::from)?;
    let stored = stored.ok_or(AppointmentError::Unknown)?;
    let revision = Revision::of(&stored.events).ok_or(AppointmentError::Unknown)?;
    let (url, clinic) = (app.service.url(), app.accounts.clinic(by.clinic).await?);
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    let text = calendar(&Entry {
        room,
        revision,
        host,
        summary: "Khám qua video",
        description: "",
        url: Some(&format!("{url}/clinic")),
        organizer: Party {
            name: clinic.name.as_str(),
            uri: url,
        },
        attendee: None,
    });
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text))
}
