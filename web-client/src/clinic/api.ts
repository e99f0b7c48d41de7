/** Each request of the staff's pages by its name. */
import { PAGE, readAll, type StaffHttp } from '../signaling/staff.ts';
import type {
  Appointment,
  AuditResponse,
  Booked,
  BookRequest,
  CancelReason,
  Colleague,
  Day,
  InvitedResponse,
  KeyView,
  LateResponse,
  NewcomerRequest,
  NewKeyResponse,
  NewWebhookRequest,
  NewWebhookResponse,
  PriorityClass,
  RecoveryCodesResponse,
  RetryResponse,
  Scope,
  SeatLink,
  SecondFactorResponse,
  SessionResponse,
  SessionsResponse,
  SignInRequest,
  StaffRole,
  UndeliveredResponse,
  Webhook,
} from './contract.ts';

/** The server holds a look at the day for 25 s when nothing happens; and then it takes its way. */
const LONG_POLL_TIMEOUT_MS = 35_000;

export type Api = ReturnType<typeof createApi>;

export function createApi(http: StaffHttp) {
  /** Whoever is signed in has a new token with it. */
  const withToken = (session: SessionResponse) => {
    http.useToken(session.csrf);
    return session;
  };
  const about = (appointment: string, act = '') => `/v1/appointments/${appointment}${act}`;

  return {
    session: () => http.get<SessionResponse>('/v1/session').then(withToken),
    signIn: (request: SignInRequest) =>
      http.send<SessionResponse>('POST', '/v1/session', request).then(withToken),
    signOut: () => http.send('DELETE', '/v1/session'),
    sessions: () => http.get<SessionsResponse>('/v1/sessions'),
    endSession: (id: string) => http.send('DELETE', `/v1/sessions/${id}`),

    becomeFirst: (request: { link: string; name: string; signInName: string; password: string }) =>
      http.send('POST', '/v1/first-administrator', request),
    setPassword: (link: string, password: string) =>
      http.send('POST', '/v1/password', { link, password }),
    changePassword: (old: string, chosen: string) =>
      http.send<SessionResponse>('PUT', '/v1/password', { old, new: chosen }).then(withToken),
    offerSecondFactor: () => http.send<SecondFactorResponse>('POST', '/v1/second-factor'),
    confirmSecondFactor: async (code: string) => {
      const answer = await http.send<RecoveryCodesResponse>('POST', '/v1/second-factor/confirm', {
        code,
      });
      http.useToken(answer.csrf);
      return answer.recoveryCodes;
    },

    async day(date: string, since: number | undefined, signal: AbortSignal): Promise<Day> {
      const query = since === undefined ? '' : `&since=${since}`;
      const asked = { signal, timeoutMs: LONG_POLL_TIMEOUT_MS };
      const day = await http.get<Day>(`/v1/day?date=${date}${query}`, asked);
      // Whoever came on the wrong day waits all the same, and is in the queue without being on the list.
      const listed = new Set(day.appointments.map(({ appointment }) => appointment));
      const others = day.queue.filter(({ appointment }) => !listed.has(appointment));
      if (others.length === 0) return day;
      const found = await Promise.all(
        others.map(({ appointment }) => http.get<Appointment>(about(appointment), { signal })),
      );
      return { ...day, appointments: [...day.appointments, ...found] };
    },
    lateToday: (minutes: number | null) =>
      http.send<LateResponse>('POST', '/v1/day/late', { minutes }),

    book: (request: BookRequest, key: string) =>
      http.send<Booked>('POST', '/v1/appointments', request, key),
    appointment: (id: string) => http.get<Appointment>(about(id)),
    reschedule: (id: string, begins: number, minutes: number) =>
      http.send<Appointment>('PATCH', about(id), { begins, minutes }),
    cancel: (id: string, reason: CancelReason) =>
      http.send<Appointment>('POST', about(id, '/cancel'), { reason }),
    noShow: (id: string) => http.send<Appointment>('POST', about(id, '/no-show')),
    reopen: (id: string) => http.send<Appointment>('POST', about(id, '/reopen')),
    setPriority: (id: string, priority: PriorityClass | null) =>
      http.send<Appointment>('POST', about(id, '/priority'), { class: priority }),
    transfer: (id: string, seat: number, account: string) =>
      http.send<Appointment>('POST', about(id, '/transfer'), { seat, account }),
    admit: (id: string, seat: number) =>
      http.send<Appointment>('POST', about(id, '/admit'), { seat }),
    enter: (id: string) => http.send<{ link: string }>('POST', about(id, '/enter')),
    newLink: (id: string, seat: number) =>
      http.send<SeatLink>('POST', about(id, `/seats/${seat}/link`)),

    /** Everybody of the clinic, in as many answers as it takes. */
    staff: () => readAll<'staff', Colleague>(http, '/v1/staff', 'staff'),
    invite: (request: NewcomerRequest) => http.send<InvitedResponse>('POST', '/v1/staff', request),
    inviteAgain: (account: string) =>
      http.send<InvitedResponse>('POST', `/v1/staff/${account}/invitation`),
    changeStaff: (account: string, change: { role?: StaffRole; disabled?: boolean }) =>
      http.send('PATCH', `/v1/staff/${account}`, change),
    dropSecondFactor: (account: string) =>
      http.send('DELETE', `/v1/staff/${account}/second-factor`),
    keys: () => readAll<'keys', KeyView>(http, '/v1/keys', 'keys'),
    makeKey: (scopes: readonly Scope[]) =>
      http.send<NewKeyResponse>('POST', '/v1/keys', { scopes }),
    revokeKey: (key: string) => http.send('DELETE', `/v1/keys/${key}`),
    hooks: () => readAll<'webhooks', Webhook>(http, '/v1/webhooks', 'webhooks'),
    makeHook: (request: NewWebhookRequest) =>
      http.send<NewWebhookResponse>('POST', '/v1/webhooks', request),
    dropHook: (webhook: string) => http.send('DELETE', `/v1/webhooks/${webhook}`),
    undelivered: (webhook: string) =>
      http.get<UndeliveredResponse>(`/v1/webhooks/${webhook}/undelivered?limit=${PAGE}`),
    retryHook: (webhook: string) =>
      http.send<RetryResponse>('POST', `/v1/webhooks/${webhook}/retry`, {}),
    audit: () => http.get<AuditResponse>(`/v1/audit?limit=${PAGE}`),
  };
}
