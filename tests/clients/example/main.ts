// A school's system books an online consultation, is told what happens to it, and loses nothing when its connection
// breaks. Prints what it met as JSON.
//
//   CASEGRAPH_URL=http://127.0.0.1:8123 CASEGRAPH_TOKENS=demo-data/tokens.json node build/main.js
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Casegraph } from './casegraph.js';
import {
  BookDocument,
  CancelDocument,
  FindPlacesDocument,
  FollowCancellationsDocument,
  FollowChildDocument,
  HistoriesDocument,
  SignInDocument,
  type AreaOfNeed,
  type BookConsultationInput,
  type BookMutation,
  type HappenedFragment,
} from './generated/operations.js';

const AREA: AreaOfNeed = 'COGNITION_AND_LEARNING';

/** In a real system the token comes from the authority's OpenID provider; the demonstration writes its own to a file. */
function tokenOf(who: string): string {
  const tokens = JSON.parse(readFileSync(setting('CASEGRAPH_TOKENS'), 'utf8')) as Record<string, { token: string }>;
  return present(tokens[who], `a token for ${who}`).token;
}

function setting(name: string): string {
  return present(process.env[name], `the variable ${name}`);
}

function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing`);
  return value;
}

/** The demonstration's clock can be elsewhere than this machine's. */
const now = process.env['CASEGRAPH_NOW'] ? new Date(process.env['CASEGRAPH_NOW']) : new Date();

/** A gate that holds whoever waits at it until it is opened. */
class Gate {
  readonly #opened: Promise<void>;
  open: () => void = () => {};

  constructor() {
    this.#opened = new Promise((resolve) => { this.open = resolve; });
  }

  wait(): Promise<void> {
    return this.#opened;
  }
}

type Booked = NonNullable<BookMutation['bookConsultation']['consultation']>;

async function main() {
  const reconnection = new Gate();
  const casegraph = new Casegraph({
    url: setting('CASEGRAPH_URL'),
    token: () => tokenOf('senco'),
    // Only so that this example can show what happens meanwhile. Leave it out.
    pause: () => reconnection.wait(),
  });
  try {
    return await tell(casegraph, reconnection);
  } finally {
    await casegraph.close();
  }
}

async function tell(casegraph: Casegraph, reconnection: Gate) {
  // Who am I, and for which school do I act?
  const { viewer } = await casegraph.ask(SignInDocument, {});
  const school = present(viewer.schools[0], 'a school');
  const practitioner = present(school.linkStaff[0]?.practitioner, 'a link practitioner');

  // For whom, and when?
  const { children, nextAvailableSlots } = await casegraph.ask(FindPlacesDocument, { areaOfNeed: AREA });
  const isFree = (child: (typeof children.nodes)[number]) =>
    child.school?.id === school.id && child.consultations.nodes.length === 0;
  const child = present(children.nodes.find(isFree), 'a child without a consultation');
  const slot = present(nextAvailableSlots.at(-1), 'a free slot');
  const form = completeForm({ child: child.id, slot: slot.id, discussedWith: practitioner.id });

  // Follow first, then act: what happened before is not told. The first `next` opens the socket, which both share. No
  // message of the protocol says when a subscription is live, and a busy service takes its time: this example waits, and a
  // system that cannot reads the state after it.
  const cases = casegraph.follow(FollowChildDocument, { child: child.id }, (result) => result.caseEvents);
  const cancellations = casegraph.follow(FollowCancellationsDocument, {}, (result) => result.cancellations);
  const firstCase = cases.next();
  const firstCancellation = cancellations.next();
  await setTimeout(3_000);

  // A form that a rule forbids is answered with every reason at once, each with its rule, its field and a remedy.
  const incomplete = { ...form, parentsConsent: false, pupilViews: '', parentViews: '', staffTraining: ' ', attendees: [] };
  const { bookConsultation: refused } = await casegraph.ask(BookDocument, { input: incomplete });

  // Whether it would pass can be asked beforehand: a dry run decides and changes nothing.
  const { bookConsultation: tried } = await casegraph.ask(BookDocument, { input: { ...form, dryRun: true } });

  // For good. Keep the key with the form until there is an answer: the same request again changes nothing more.
  const input = { ...form, idempotencyKey: randomUUID() };
  const { bookConsultation: answer } = await casegraph.ask(BookDocument, { input });
  const first = present(answer.consultation, 'the booking');
  const { bookConsultation: again } = await casegraph.ask(BookDocument, { input });

  const heard = [await firstCase];
  await cancel(casegraph, first);
  heard.push(await cases.next());
  const heardCancellation = await firstCancellation;

  // The connection breaks, and things go on without us. Whoever follows notices in its next `next`.
  const nextCases = [cases.next(), cases.next()];
  const nextCancellation = cancellations.next();
  casegraph.breakConnection();
  const second = await book(casegraph, form);
  await cancel(casegraph, second);

  // It is made anew, behind the last event: what was missed comes first, once, and in order.
  reconnection.open();
  const missed = await Promise.all(nextCases);
  const missedCancellation = await nextCancellation;

  // And what is new comes behind it.
  const freshCase = cases.next();
  const freshCancellation = cancellations.next();
  const third = await book(casegraph, form);
  const fresh = [await freshCase];
  await cancel(casegraph, third);
  fresh.push(await cases.next());

  const bookings = [first, second, third];
  const { nodes } = await casegraph.ask(HistoriesDocument, { consultations: bookings.map(({ id }) => id) });
  const history = nodes.flatMap((node) => (node && 'history' in node ? node.history.nodes : []));
  return {
    signedInAs: viewer.person?.name,
    refusals: refused.refusals,
    incompleteBooking: refused.consultation ?? null,
    dryRun: { refusals: tried.refusals, consultation: tried.consultation ?? null },
    bookings: bookings.map(({ reference }) => reference),
    replay: { reference: again.consultation?.reference, replayed: again.replayed },
    heard: heard.map(told),
    missed: missed.map(told),
    fresh: fresh.map(told),
    cancellations: [heardCancellation, missedCancellation, await freshCancellation].map(told),
    history: history.map(({ id }) => id),
  };
}

/** The booking form, in the words of the school. */
function completeForm(
  places: Pick<BookConsultationInput, 'child' | 'slot' | 'discussedWith'>,
): BookConsultationInput {
  return {
    ...places,
    // Dates are those of London, wherever this runs.
    discussedOn: now.toLocaleDateString('en-CA', { timeZone: 'Europe/London' }),
    primaryAreaOfNeed: AREA,
    parentViews: 'Happy at home; mornings before school are hard.',
    pupilViews: 'Likes maths when it is with blocks.',
    mainConcerns: 'Two years behind in reading.',
    strengthsAndInterests: 'Trains, drawing.',
    otherServices: 'None',
    staffTraining: 'None',
    supportInPlace: 'Daily reading group; OAP toolkit section 3.',
    attendees: [
      { kind: 'SCHOOL', name: 'Helen Carr', role: 'SENCO', email: 'senco@school.example' },
      { kind: 'PARENT_CARER', name: 'A parent', role: 'Mother', email: 'parent@home.example' },
    ],
    discussedWithParents: true,
    parentsConsent: true,
    cRicSentAt: new Date(now.getTime() - 3_600_000).toISOString(),
  };
}

async function book(casegraph: Casegraph, form: BookConsultationInput): Promise<Booked> {
  const input = { ...form, idempotencyKey: randomUUID() };
  const { bookConsultation } = await casegraph.ask(BookDocument, { input });
  return present(bookConsultation.consultation, `the booking (${JSON.stringify(bookConsultation.refusals)})`);
}

async function cancel(casegraph: Casegraph, { id, version }: Booked): Promise<void> {
  // The version makes sure that nobody has changed the consultation since we saw it.
  const input = { consultation: id, reason: 'The class teacher is away.', expectedVersion: version };
  const { cancelConsultation } = await casegraph.ask(CancelDocument, { input });
  if (cancelConsultation.refusals.length > 0) throw new Error(JSON.stringify(cancelConsultation.refusals));
}

function told({ value }: IteratorResult<HappenedFragment, undefined>) {
  const { id, kind, cancellationReason, consultation } = present(value, 'an event');
  return { id, kind, cancellationReason, reference: consultation?.reference };
}

console.log(JSON.stringify(await main(), null, 2));
