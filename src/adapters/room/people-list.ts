import type { PeopleList, PersonId } from '../../app/room-view.ts';

/** Names of people: public keys in hexadecimal digits. */
const PERSON = /^[0-9a-f]{64}$/;
/** People on a list; whoever was put on it first goes first (chosen: 33 kB). */
const MAX_PEOPLE = 500;

/** A list in `localStorage`. @param name tells the lists of this device apart */
export function peopleList(name: string): PeopleList {
  const key = `passaparola.${name}`;
  const people = load(key);
  return {
    has: (person) => people.has(person),
    all: () => [...people],
    set: (person, on) => {
      if (people.has(person) === on) return;
      // Another tab may have changed it.
      for (const other of load(key)) people.add(other);
      if (on) people.add(person);
      else people.delete(person);
      for (const oldest of people) {
        if (people.size <= MAX_PEOPLE) break;
        people.delete(oldest);
      }
      try {
        localStorage.setItem(key, JSON.stringify([...people]));
      } catch {
        // Private windows may refuse; the list then lasts as long as the page.
      }
    },
  };
}

/** Whatever else is found under the key counts as nobody. */
function load(key: string): Set<PersonId> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    const people: readonly unknown[] = Array.isArray(found) ? found : [];
    return new Set(
      people.filter((one): one is PersonId => typeof one === 'string' && PERSON.test(one)).slice(-MAX_PEOPLE),
    );
  } catch {
    return new Set();
  }
}
