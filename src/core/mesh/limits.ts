/**
 * The mesh's constants, in one place. "Chosen" ones were set by judgement on small rooms; measure before changing them.
 */

/**
 * Before anything that has happened, ms. A whole number, rather than infinity, so that a time that starts with it is
 * kept as one: in a simulated crowd, whose times are small, each other number costs engines a box of its own.
 */
export const NEVER_MS = -(2 ** 30);

/** Links that a viewer looks for: a parent for each stripe, two warm spares, two to know the neighbourhood. */
export const TARGET_LINKS = 8;
/** With so many it looks for no more once all its stripes come from somebody (chosen). */
export const ENOUGH_LINKS = 6;
/** Links that a host accepts: its children in a small room, and some to introduce newcomers to (chosen). */
export const MAX_HOST_LINKS = 24;
/** Members known besides the neighbours. @see HyParView: passive views are a few times the active one. */
export const MAX_CANDIDATES = 30;
/** Links that a newcomer tries at once (chosen: NAT forbids every third, eight burden the crowd). */
export const JOIN_LINKS = 8;

/** A connection attempt is given up after this, ms. Links come up in 150 to 800 ms; where NAT forbids one, waiting longer only keeps others from being tried. */
export const ATTEMPT_MS = 1_800;
/** A member that could not be reached is not tried again for so long, ms (chosen). */
export const AVOID_MS = 10_000;
/** A neighbour that says nothing for so long is dropped, ms. Hidden tabs still send their status once a second. */
export const SILENT_MS = 4_000;

/** A host's child by whom nobody got the show is not believed for so long, ms (chosen). */
export const BARREN_MS = 60_000;
/**
 * A child that says nothing for so long is fed after the others, ms: one status and some jitter; after the second it
 * has to subscribe again, so that its slot and the first copies are not lost on somebody who vanished (chosen).
 */
export const CHILD_QUIET_MS = 400;
export const CHILD_SILENT_MS = 650;
/** One that was not heard for so long comes after the others when something is asked, ms: a status and some jitter (chosen). */
export const QUIET_SOURCE_MS = 550;
/** Nothing new is asked of a neighbour that was not heard for so long, ms: two statuses (chosen). */
export const SOURCE_SILENT_MS = 1_100;

/** Status, gossip and clock questions are sent so often, ms (chosen). */
export const STATUS_MS = 500;
/** Parents hear it more often: that is how they know that a child is still there, ms (chosen: each slow decision). */
export const PARENT_STATUS_MS = 200;
/** Whoever heard one less than this ago learns of news with the next one, ms (chosen). */
export const RECOUNT_MS = 100;
export const GOSSIP_MS = 2_000;
export const PING_MS = 2_000;
/** Children are asked more often while much is sent, ms: their answers show a queue before it overflows (chosen). */
export const LOADED_PING_MS = 500;
/** Slow decisions (links, capacity, better parents) are taken so often, ms (chosen). */
export const POLICY_MS = 250;

/** Chunks kept for neighbours, newest included: six seconds (chosen: a group of pictures and any repair). */
export const WINDOW_CHUNKS = 60;

/** A missing piece is pulled this long after its chunk was first seen, ms, at least. */
export const REPAIR_MIN_MS = 30;
/** A pull is repeated at another neighbour after this, plus the round trip, ms (chosen). */
export const WANT_PATIENCE_MS = 120;
/** Who is so many chunks behind begins anew: what lies between comes too late (chosen: one and a half seconds). */
export const LEFT_BEHIND_CHUNKS = 15;
/** A chunk that could not be completed in this time is given up, ms (chosen: past any playout time). */
export const GIVE_UP_MS = 2_000;
/** Without any new chunk for so long, neighbours are asked for the next one, ms: three and a half chunks (chosen). */
export const STARVED_MS = 350;
/** Without media for so long the host may have come back under another connection, ms (chosen). */
export const QUIET_MS = 1_500;
/** A parent of whom nothing at all is heard for so long is replaced, ms: two heartbeats and some jitter (chosen). */
export const PARENT_GONE_MS = 600;
/** The same while newer chunks are about: its part of the show should have come (chosen). */
export const PARENT_SILENT_MS = 300;
/** If it is there, but stays silent in its stripe for so long, it is replaced, ms (chosen). */
export const PARENT_EMPTY_MS = 800;
/** A parent that is only late, or empty, keeps its place for so long after a change, ms (chosen). */
export const RELUCTANCE_MS = 2_000;
/** Children hear something at least so often, ms: a status, if there is no media for them (chosen). */
export const HEARTBEAT_MS = 200;
/** A parent is replaced when more than this share of its pieces had to be pulled elsewhere (chosen). */
export const PARENT_LATE_SHARE = 0.4;
/** A subscription that isn't answered, or brings nothing, is taken elsewhere after this, ms (chosen). */
export const SUBSCRIBE_MS = 600;
/** One that agreed to push has to push within this, ms (chosen: several chunks); until then the parent stays. */
export const TRIAL_MS = 1_000;

/** Media waiting for one neighbour beyond its link's queue, pieces (chosen: two seconds of four stripes of chunks). */
export const MAX_WAITING = 160;
/** A piece of what was before, asked for by a newcomer, is dropped when it waited so long, ms (chosen). */
export const STALE_MS = 1_000;
/** One that is on air, ms (chosen: with the way before and behind it, it would be too late; what is newer need not be). */
export const STALE_LIVE_MS = 400;
/** The same for copies of a piece that others have from here already: pulling it from them is quicker (chosen). */
export const STALE_COPY_MS = 150;

/** What a viewer's uplink is thought to carry before anything was measured, bit/s (chosen: DSL and mobile manage it). */
export const FIRST_UPLINK_BPS = 4_000_000;
/** The same for a host (chosen: with more a thin line is full before anything has shown it, and what answers take can't be told from the way). */
export const FIRST_HOST_UPLINK_BPS = 2_500_000;
/** The measured uplink stays within these, bit/s (chosen). */
export const MIN_UPLINK_BPS = 250_000;
export const MAX_UPLINK_BPS = 200_000_000;
/** Share of the uplink that subscriptions may take; the rest is for repair, joins and control (chosen). */
export const SLOT_SHARE = 0.9;
/** The same for a host: whatever waits there waits for everyone, and keyframes come in bursts (chosen). */
export const HOST_SLOT_SHARE = 0.8;
/** Share of a given limit that media takes at most; the rest is for control and for headers below ours (chosen). */
export const CAP_SHARE = 0.95;

/** Control messages believed from one neighbour in a second; more get it cut off (chosen: busy ones send about 40). */
export const MAX_CONTROL_PER_SECOND = 400;
/**
 * Messages beside the show that are handed out, from one neighbour in a second: those of the room, of which a link needs
 * about 10, and those about a show that is over, parts of its media included, 4 MB (chosen: a seek is answered quickly).
 */
export const BESIDE_PER_SECOND = { room: 60, past: 256 } as const;
/** Signals carried for one neighbour in a second (chosen: a link needs about 10). */
export const MAX_SIGNALS_PER_SECOND = 60;
/** Signals carried to one neighbour in a second: whoever they come from, the carrier must not look like a flooder. */
export const MAX_CARRIED_PER_SECOND = 120;
/** Links that one neighbour may have under way to this peer for others (chosen: invented callers take the places). */
export const MAX_CALLS_VIA = 5;
/** Members by hearsay from one neighbour: one that invents members must not push out all others (chosen). */
export const MAX_CANDIDATES_VIA = 12;
/** A chunk goes so many times to one neighbour at its request (chosen: once, and once again when pieces were late). */
export const MAX_SERVED = 2;
/** Pieces from one neighbour that are here already, in a second; more get it cut off (chosen). */
export const MAX_DUPLICATES_PER_SECOND = 400;
/** Peers remembered as bad (chosen). */
export const MAX_BANNED = 256;
