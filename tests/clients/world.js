// What the tests share: asking by HTTP, a consultation of their own to make events with, and waiting with a limit.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, clockUrl, graphqlUrl } from './environment.js';

/** Asks by POST, and gives the data of an answer without errors. */
export async function ask(query, variables = {}) {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json',
      authorization: bearer(),
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

/** The service's time, which in a demonstration need not be this machine's. Moves its clock by nothing. */
export async function serviceNow() {
  const response = await fetch(clockUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: 'PT0S' }),
  });
  assert.equal(response.status, 200, 'CASEGRAPH_URL is not a demonstration: it has no /dev/clock');
  return new Date((await response.json()).now);
}

/** Waits, but not for ever. */
export async function within(milliseconds, what, promise) {
  const limit = new AbortController();
  const late = sleep(milliseconds, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`waited ${milliseconds} ms in vain for ${what}`);
  });
  late.catch(() => {}); // aborted below
  try {
    return await Promise.race([promise, late]);
  } finally {
    limit.abort();
  }
}

/** What came in and was not taken out yet; one taker at a time. */
export class Inbox {
  #items = [];
  #end;
  #wake = () => {};

  put(item) {
    this.#items.push(item);
    this.#wake();
  }

  /** Nothing comes any more: whoever waits is told why. */
  end(reason) {
    this.#end ??= { reason };
    this.#wake();
  }

  /** The next item; fails if none comes in time or the source has ended. */
  async take(what, milliseconds = 5_000) {
    await within(milliseconds, what, this.#until(() => this.#items.length > 0 || this.#end));
    if (this.#items.length > 0) return this.#items.shift();
    throw new Error(`${what} did not come: the source has ended`, { cause: this.#end.reason });
  }

  async takeMany(count, what) {
    const items = [];
    while (items.length < count) items.push(await this.take(`${what} ${items.length + 1} of ${count}`));
    return items;
  }

  /** Why the source ended; what is still in the inbox is passed over. */
  async ended(what, milliseconds = 5_000) {
    await within(milliseconds, what, this.#until(() => this.#end));
    return this.#end.reason;
  }

  async #until(holds) {
    while (!holds()) {
      await new Promise((resolve) => { this.#wake = resolve; });
    }
  }
}

/** The events of one consultation, as every transport is asked for them. */
export const EVENTS = `subscription Events($consultation: ID!, $after: EventCursor) {
  caseEvents(after: $after, filter: { consultation: $consultation }) { id kind cursor }
}`;

const PLACES = `{
  children(first: 100) { nodes {
    id
    school { id }
    consultations(first: 1, filter: {
      states: [BOOKED, NOT_HELD, HELD, RECORD_ISSUED, REVIEW_ARRANGED, REVIEWED]
    }) { nodes { id } }
  } }
  nextAvailableSlots(areaOfNeed: COGNITION_AND_LEARNING, first: 100) { id }
  viewer { schools { id linkStaff(disciplines: [EDUCATIONAL_PSYCHOLOGIST]) { practitioner { id } } } }
}`;

const BOOK = `mutation ($input: BookConsultationInput!) {
  bookConsultation(input: $input) { consultation { id } refusals { rule message } }
}`;

const CHANGE = `mutation ($input: ChangeAttendeesInput!) {
  changeAttendees(input: $input) { refusals { rule message } }
}`;

const CANCEL = `mutation ($input: CancelConsultationInput!) {
  cancelConsultation(input: $input) { refusals { rule message } }
}`;

const HISTORY = `query ($id: ID!) {
  node(id: $id) { ... on Consultation { version history(first: 100) { nodes { id kind } } } }
}`;

const FROM_SCHOOL = {
  kind: 'SCHOOL', name: 'Helen Carr', role: 'SENCO', email: 'senco@school.example',
};

/**
 * A consultation that nobody else touches: its events come when the test says so. A slot or child that another client
 * takes first is no failure; another pair is tried then.
 */
export async function bookConsultation() {
  const { children, nextAvailableSlots, viewer } = await ask(PLACES);
  const [school] = viewer.schools;
  const free = children.nodes.filter((child) =>
    child.school?.id === school.id && child.consultations.nodes.length === 0);
  const refusals = [];
  for (const slot of shuffled(nextAvailableSlots)) {
    const [child] = shuffled(free);
    const practitioner = school.linkStaff[0].practitioner;
    const input = form(await serviceNow(), { child, slot, practitioner });
    const { bookConsultation: booked } = await ask(BOOK, { input });
    if (booked.consultation) return new OwnConsultation(booked.consultation.id);
    refusals.push(...booked.refusals);
  }
  assert.fail(`no consultation can be booked for the tests: ${JSON.stringify(refusals)}`);
}

function shuffled(items) {
  assert.notEqual(items.length, 0, 'the demonstration has no child without a consultation, or no free slot');
  return items.map((item) => [Math.random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);
}

function form(now, { child, slot, practitioner }) {
  return {
    child: child.id,
    slot: slot.id,
    discussedWith: practitioner.id,
    discussedOn: now.toLocaleDateString('en-CA', { timeZone: 'Europe/London' }),
    primaryAreaOfNeed: 'COGNITION_AND_LEARNING',
    parentViews: 'Happy at home.',
    pupilViews: 'Likes maths.',
    mainConcerns: 'Two years behind in reading.',
    strengthsAndInterests: 'Trains, drawing.',
    otherServices: 'None',
    staffTraining: 'None',
    supportInPlace: 'Daily reading group; OAP toolkit section 3.',
    attendees: attendees('A guest'),
    discussedWithParents: true,
    parentsConsent: true,
    cRicSentAt: new Date(now.getTime() - 3_600_000).toISOString(),
  };
}

function attendees(guest) {
  return [
    FROM_SCHOOL,
    { kind: 'PARENT_CARER', name: 'A parent', role: 'Mother', email: 'parent@home.example' },
    { kind: 'OTHER', name: guest, role: 'Guest', email: 'guest@service.example' },
  ];
}

class OwnConsultation {
  constructor(id) {
    this.id = id;
  }

  /** The input of a mutation that makes one event: a guest of another name is invited. */
  change() {
    return { consultation: this.id, attendees: attendees(`Guest ${randomUUID()}`) };
  }

  /** Makes one event, and gives its id. */
  async touch() {
    const { changeAttendees } = await ask(CHANGE, { input: this.change() });
    assert.deepEqual(changeAttendees.refusals, []);
    return (await this.eventIds()).at(-1);
  }

  /** Makes several events, one after the other. */
  async touchTimes(count) {
    const ids = [];
    while (ids.length < count) ids.push(await this.touch());
    return ids;
  }

  /**
   * Makes events until one is heard. No protocol says when a subscription is live, so the first events may pass it by;
   * from the one that is heard on, its cursor leaves no doubt.
   */
  async touchUntilHeard(inbox, what) {
    for (let tries = 0; tries < 20; tries += 1) {
      await this.touch();
      const first = await inbox.take(what, 500).catch((error) => {
        if (error.cause) throw error;
      });
      if (first) return first;
    }
    return assert.fail(`${what} was not heard`);
  }

  /** The events behind one of them, as the history has them. */
  async eventIdsBehind(id) {
    const ids = await this.eventIds();
    assert.ok(ids.includes(id), 'the event that was heard stands in the history');
    return ids.slice(ids.indexOf(id) + 1);
  }

  async eventIds() {
    const { node } = await ask(HISTORY, { id: this.id });
    return node.history.nodes.map((event) => event.id);
  }

  async version() {
    return (await ask(HISTORY, { id: this.id })).node.version;
  }

  /** Frees the slot and the child again. */
  async cancel() {
    const input = { consultation: this.id, reason: 'The test is over.' };
    const { cancelConsultation } = await ask(CANCEL, { input });
    assert.deepEqual(cancelConsultation.refusals, []);
  }
}
