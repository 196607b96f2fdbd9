/*
 * The protocol of the sequencer: two writers, three callers, somebody who changes the store while the log is closed, and
 * a crash between any two steps. What a name here stands for:
 *
 *   openLog            src/log/open-log.ts           openLog, openIn
 *   lock               src/store/sqlite-file.ts      openSqliteFile: the lock ends with its process
 *   turn               src/store/postgres-store.ts   open, #take: the turn is counted on, and a lock may be lost
 *   recover            src/log/recovery.ts           recover: the seal must be that of the stored tree
 *   requireTree        src/log/stored-log.ts         requireTree: the log must begin with what is pinned
 *   takeGroup          src/log/sequencer.ts          #takeGroup
 *   place              src/log/group.ts              add: new entries, or those that idempotency keys name already
 *   commitGroup        src/log/sequencer.ts          #commitGroup
 *   makeDurable        src/log/sequencer.ts          #makeDurable: commit, then pin, then advance
 *   isWritten, stored  src/store/sqlite-database.ts  commit: a group is written, and then it is synced
 *   fence              src/store/postgres-commit.ts  portionStatement: the head row moves on in this writer's turn alone
 *   sealed             src/checkpoint/head-seal.ts   seal: stored with the entries of its commit
 *   unusable           src/store/log-records.ts      usable: false once the outcome of a commit is unknown
 *   unacknowledged     src/log/sequencer.ts          #unacknowledged: a group is stored that could not be pinned
 *   pinned             src/pin/checkpoint-pin.ts     latest, pin
 *   reach              src/pin/checkpoint-pin.ts     EntryKeeper: the pin keeps the entries from here on
 *   named              src/checkpoint/head-seal.ts   pinNamedIn: the seal says that entries may stand in the pin alone
 *   hold, settle       src/log/durability.ts         keep, settle: a group goes to the pin alone; those that did, to the store
 *   continueInPin      src/log/continue-in-pin.ts    continueInPin: what the pin has and the store lacks
 *   close              src/log/sequencer.ts          finish: everything is stored, and the seal names no pin
 *   tree               src/log/sequencer.ts          #tree, #head, #size: the log as this writer knows it
 *
 * A log is a number in base 5. Its digits are the entries, the first one lowest: 1, 2 and 3 are the events of the three
 * callers, 4 is a forged one. The number stands for the root hash as well: another log has another number.
 *
 * What must hold is stated by the assertions, and by the formula `answered`, which is checked under weak fairness.
 *
 * Variants: POSTGRES (turns, and no lock that ends with its process), UNPINNED (no pin, and nobody who puts an older copy
 * back), KEEPER (a pin that keeps the newest entries, which the store need not have). Deliberate faults, each of which must
 * be found: ACK_BEFORE_SYNC, ACK_BEFORE_PIN, PIN_BEFORE_COMMIT, NO_LOCK, NO_SEAL_CHECK, NO_PIN_CHECK, NO_KEY_CHECK,
 * PIN_READ_BEFORE_LOCK, GO_ON_AFTER_FAILED_PIN, NEVER_REOPENED; with POSTGRES also NO_FENCE and PIN_GOES_BACK; with KEEPER
 * also HOLD_UNNAMED, START_OVER_EARLY, NO_RESTORE, PIN_NOT_NEEDED and CLOSE_UNSTORED.
 */

#ifndef CALLERS
#define CALLERS 3
#endif
#define WRITERS 2
#define NOBODY WRITERS
#define FORGED 4
#define MOST 4 /* entries */

#define POWER(n) (n == 0 -> 1 : (n == 1 -> 5 : (n == 2 -> 25 : (n == 3 -> 125 : 625))))
#define SIZE(log) (log == 0 -> 0 : (log < 5 -> 1 : (log < 25 -> 2 : (log < 125 -> 3 : 4))))
#define ENTRY(log, index) ((log / POWER(index)) % 5)
#define APPENDED(log, event) (log + event * POWER(SIZE(log)))
#define WITHOUT_LAST(log) (log % POWER(SIZE(log) - 1))
#define BEGINS_WITH(log, other) (log % POWER(SIZE(other)) == other)
#define TIMES(log, event) \
  ((ENTRY(log, 0) == event) + (ENTRY(log, 1) == event) + (ENTRY(log, 2) == event) + (ENTRY(log, 3) == event))

/* The event of the last caller has no idempotency key: that call cannot be repeated. */
#define IS_KEYED(event) (event < CALLERS)
#define IS_ANSWERED(event) (call[event] == acknowledged || call[event] == rejected || call[event] == gaveUp)
#define ALL_ANSWERED (IS_ANSWERED(1) && IS_ANSWERED(2) && (CALLERS < 3 || IS_ANSWERED(3)))
#define WAITS_FOR(writer, event) (askedOf[event] == writer && call[event] == waiting)

#ifdef NO_LOCK
#define MAY_LOCK(writer) (!ALL_ANSWERED)
#else
#define MAY_LOCK(writer) (lock == NOBODY && !ALL_ANSWERED)
#endif
#ifdef POSTGRES
#define TAKE(writer) lock = writer; present++; turn++; mine = turn
#else
#define TAKE(writer) lock = writer; present++
#endif
#ifdef NO_SEAL_CHECK
#define SEAL_MATCHES true
#else
#define SEAL_MATCHES (sealed == stored)
#endif
#ifdef NO_PIN_CHECK
#define CONTAINS(log, pin) true
#else
#define CONTAINS(log, pin) BEGINS_WITH(log, pin)
#endif
#ifdef NO_FENCE
#define FENCE(writer) true
#else
#define FENCE(writer) (turn == mine && stored == tree)
#endif
#ifdef PIN_GOES_BACK
#define MAY_PIN(log) true
#else
#define MAY_PIN(log) (SIZE(log) >= SIZE(pinned))
#endif

/* What survives a crash. */
short stored, sealed, pinned;
byte turn;
#ifdef KEEPER
byte reach;
bool named;
#define RESTORABLE (named && SIZE(pinned) > SIZE(stored) && reach <= SIZE(stored) && BEGINS_WITH(pinned, stored))
#define WHOLE (RESTORABLE -> pinned : stored)
#ifdef START_OVER_EARLY
#define PIN(log) pinned = log; reach = SIZE(log)
#else
#define PIN(log) pinned = log; if :: startsOver -> reach = SIZE(stored); startsOver = false :: else fi
#endif
#define STORE(log) stored = log; sealed = log; named = !isClosing; startsOver = true
#else
#define WHOLE stored
#define PIN(log) pinned = log
#define STORE(log) stored = log; sealed = log
#endif

byte lock = NOBODY;
bool isOpen[WRITERS];
/* Writers that took the log and did not leave it. */
byte present;

mtype = { idle, waiting, grouped, unanswered, acknowledged, rejected, gaveUp };
mtype call[4] = idle;
byte askedOf[4];
/* The event that was acknowledged at an index. */
byte receipt[MOST];

/* How often a writer may still crash, be refused a write or a pin, lose an answer, be closed or be overtaken, in all. */
byte misfortunes = MISFORTUNES;
byte attacks = 1;

/* Whether somebody changed the store, and what the operator puts back when it is refused. */
bool isChanged;
short genuine;
#ifdef KEEPER
bool wasNamed;
#define PUT_BACK stored = genuine; sealed = genuine; named = wasNamed
#ifdef CLOSE_UNSTORED
#define STORED_AT_LAST (isClosing -> stored : tree)
#else
#define STORED_AT_LAST tree
#endif
#else
#define PUT_BACK stored = genuine; sealed = genuine
#endif

ltl answered { <> (ALL_ANSWERED) }

/* An option of every step. */
#define CRASH atomic { misfortunes > 0 -> misfortunes--; goto crash }

/* What holds between any two steps. */
inline audit() {
  if
  :: !isChanged ->
     /* No acknowledged entry is lost, and at no index another one was acknowledged. */
     assert(receipt[0] == 0 || receipt[0] == ENTRY(WHOLE, 0));
     assert(receipt[1] == 0 || receipt[1] == ENTRY(WHOLE, 1));
     assert(receipt[2] == 0 || receipt[2] == ENTRY(WHOLE, 2));
     assert(receipt[3] == 0 || receipt[3] == ENTRY(WHOLE, 3));
     /* The pin is not ahead of what is durable, nor of another history. */
     assert(BEGINS_WITH(WHOLE, pinned));
     /* No call is in the log twice, and one that was rejected not at all. */
     assert(TIMES(WHOLE, 1) <= (call[1] != rejected));
     assert(TIMES(WHOLE, 2) <= (call[2] != rejected));
     assert(TIMES(WHOLE, 3) <= (call[3] != rejected));
     assert(TIMES(WHOLE, FORGED) == 0)
  :: else
  fi
}

/* Calls of this writer that are in one of two states go to another. */
inline turnCalls(one, other, next) {
  event = 1;
  do
  :: event <= CALLERS ->
     if
     :: askedOf[event] == me && (call[event] == one || call[event] == other) -> call[event] = next
     :: else
     fi;
     event++
  :: else -> break
  od;
  event = 0
}

/* A commit that failed and left nothing behind. A call that was made before may be in the log nevertheless. */
inline reject() {
  event = 1;
  do
  :: event <= CALLERS ->
     if
     :: askedOf[event] == me && call[event] == grouped ->
        call[event] = (TIMES(WHOLE, event) > 0 -> unanswered : rejected)
     :: else
     fi;
     event++
  :: else -> break
  od;
  event = 0
}

inline place() {
  group = tree;
  event = 1;
  do
  :: event <= CALLERS ->
     if
     :: WAITS_FOR(me, event) ->
        call[event] = grouped;
        if
#ifndef NO_KEY_CHECK
        :: IS_KEYED(event) && TIMES(group, event) > 0
#endif
        :: else -> group = APPENDED(group, event)
        fi
     :: else
     fi;
     event++
  :: else -> break
  od;
  event = 0
}

/* Gives receipts for the entries of a group. A receipt that is lost on its way leaves its caller unanswered. */
inline acknowledge() {
  index = 0;
  do
  :: index < SIZE(group) ->
     event = ENTRY(group, index);
     if
     :: event != FORGED && askedOf[event] == me && call[event] == grouped ->
        assert(receipt[index] == 0 || receipt[index] == event);
        receipt[index] = event;
        call[event] = (isLost && IS_KEYED(event) -> unanswered : acknowledged)
     :: else
     fi;
     index++
  :: else -> break
  od;
  index = 0;
  event = 0;
  audit()
}

proctype Writer(byte me) {
  short tree, group, latest;
  byte mine, event, index;
  bool isWritten, isLost, unusable, unacknowledged;
#ifdef KEEPER
  bool startsOver = true, isHeld, isClosing;
#endif

openLog:
#ifdef PIN_READ_BEFORE_LOCK
  latest = pinned;
#endif
  if
  :: atomic { ALL_ANSWERED -> goto ended }
  :: d_step { MAY_LOCK(me) -> TAKE(me) }
#ifdef POSTGRES
  :: d_step { lock != NOBODY && lock != me && !ALL_ANSWERED && misfortunes > 0 -> misfortunes--; TAKE(me) }
#endif
  fi;

recover:
  if
  :: d_step { SEAL_MATCHES -> tree = stored }
  :: atomic { !SEAL_MATCHES -> tree = stored; goto refuse }
  :: CRASH
  fi;

#ifndef UNPINNED
#ifndef PIN_READ_BEFORE_LOCK
  latest = pinned;
#endif
#ifdef KEEPER
continueInPin:
  /* The seal is believed first: what follows in the pin is taken when it names the pin, and continues the store. */
  if
#if !defined(NO_RESTORE) && !defined(PIN_NOT_NEEDED)
  :: d_step { RESTORABLE -> tree = pinned; startsOver = false }
  :: !RESTORABLE
#else
  :: true
#endif
  :: CRASH
  fi;
#ifdef PIN_NOT_NEEDED
  /* Somebody opens the log without the pin, though its seal names it. */
  latest = 0;
#endif
#endif
requireTree:
  /* What became durable just before a crash may not have been pinned any more. */
  if
  :: atomic { !CONTAINS(tree, latest) -> goto refuse }
  :: d_step { CONTAINS(tree, latest) && SIZE(tree) > SIZE(latest) && MAY_PIN(tree) -> PIN(tree) }
  :: CONTAINS(tree, latest) && !(SIZE(tree) > SIZE(latest) && MAY_PIN(tree))
  :: CRASH
  fi;
#endif
  if
  :: d_step { true -> isChanged = false; genuine = 0; latest = 0; isOpen[me] = true; audit() }
  :: CRASH
  fi;

takeGroup:
  if
#ifdef KEEPER
  :: atomic { ALL_ANSWERED -> goto close }
  :: atomic { misfortunes > 0 -> misfortunes--; goto close }
  :: atomic { !(unusable || unacknowledged) && SIZE(tree) > SIZE(stored) -> goto settle }
#else
  :: atomic { ALL_ANSWERED -> goto leave }
  :: atomic { misfortunes > 0 -> misfortunes--; goto leave }
#endif
  :: d_step { WAITS_FOR(me, 1) || WAITS_FOR(me, 2) || WAITS_FOR(me, 3) -> place() }
  :: CRASH
  fi;

commitGroup:
  if
  :: atomic { unusable || unacknowledged -> turnCalls(grouped, grouped, unanswered); goto takeGroup }
  :: atomic { !(unusable || unacknowledged) && group == tree -> goto resolve }
  :: atomic { !(unusable || unacknowledged) && group != tree && misfortunes > 0 ->
       misfortunes--; reject(); goto takeGroup }
  :: !(unusable || unacknowledged) && group != tree
  :: CRASH
  fi;

makeDurable:
#ifdef KEEPER
hold:
  /* Whether there is room in the pin, and nothing but entries to store, is not known here. */
  if
#ifdef HOLD_UNNAMED
  :: isHeld = true
#else
  :: named -> isHeld = true
#endif
  :: isHeld = false
  fi;
  if
  :: isHeld ->
     if
     :: true
     :: CRASH
     fi
  :: else ->
#endif
#ifdef PIN_BEFORE_COMMIT
  d_step { pinned = group; audit() };
#endif
#ifdef POSTGRES
  if
  :: d_step { FENCE(me) -> stored = group; sealed = group; audit() }
  :: !FENCE(me) -> unusable = true
  :: d_step { FENCE(me) && misfortunes > 0 ->
       misfortunes--; unusable = true; stored = group; sealed = group; audit() }
  :: d_step { misfortunes > 0 -> misfortunes--; unusable = true }
  :: CRASH
  fi;
#else
  isWritten = true;
#ifdef ACK_BEFORE_SYNC
  d_step { acknowledge() };
#endif
  if
  :: d_step { true -> STORE(group); isWritten = false; audit() }
  :: d_step { misfortunes > 0 ->
       misfortunes--; unusable = true; STORE(group); isWritten = false; audit() }
  :: d_step { misfortunes > 0 -> misfortunes--; unusable = true; isWritten = false }
  :: CRASH
  fi;
#endif
#ifdef KEEPER
  fi;
#endif

#ifndef UNPINNED
  if
  :: atomic { unusable -> goto unknown }
#ifdef ACK_BEFORE_PIN
  :: d_step { !unusable -> acknowledge() }
  :: CRASH
  fi;
  if
#endif
  :: d_step { !unusable && MAY_PIN(group) -> PIN(group); audit() }
  :: !unusable && !MAY_PIN(group) -> unacknowledged = true
  :: d_step { !unusable && MAY_PIN(group) && misfortunes > 0 ->
       misfortunes--; unacknowledged = true; PIN(group); audit() }
  :: d_step { !unusable && misfortunes > 0 -> misfortunes--; unacknowledged = true }
  :: CRASH
  fi;
#endif
  if
  :: atomic { unusable || unacknowledged -> goto unknown }
  :: !(unusable || unacknowledged) -> tree = group
  :: CRASH
  fi;

resolve:
  if
  :: d_step { true -> acknowledge() }
  :: d_step { misfortunes > 0 -> misfortunes--; isLost = true; acknowledge(); isLost = false }
  :: CRASH
  fi;
  goto takeGroup;

#ifdef KEEPER
  /* The log is idle, or it is closed: the store has everything, and after closing says that nothing follows. */
close:
  if
  :: atomic { unusable || unacknowledged -> goto leave }
  :: !(unusable || unacknowledged) -> isClosing = true
  :: CRASH
  fi;
settle:
  isWritten = true;
  group = STORED_AT_LAST;
  if
  :: d_step { true -> STORE(STORED_AT_LAST); isWritten = false; audit() }
  :: d_step { misfortunes > 0 ->
       misfortunes--; unusable = true; STORE(STORED_AT_LAST); isWritten = false; audit() }
  :: d_step { misfortunes > 0 -> misfortunes--; unusable = true; isWritten = false }
  :: CRASH
  fi;
  if
  :: atomic { unusable || isClosing -> goto leave }
  :: !(unusable || isClosing)
  :: CRASH
  fi;
  goto takeGroup;
#endif

  /* The callers are told that only opening the log again tells, and so it is opened again. */
unknown:
  atomic {
    turnCalls(grouped, grouped, unanswered);
#ifdef GO_ON_AFTER_FAILED_PIN
    unacknowledged = false
#endif
  };
#if defined(GO_ON_AFTER_FAILED_PIN) || defined(NEVER_REOPENED)
  goto takeGroup;
#else
  goto leave;
#endif

  /* An unchanged log is refused to nobody but a writer who was overtaken while it read. */
refuse:
  atomic {
    if
    :: isChanged -> isChanged = false; PUT_BACK; genuine = 0
    :: else -> assert(turn != mine || tree != stored)
    fi;
    goto leave
  };

  /* What was written and not synced survives, or does not. */
crash:
  if
  :: d_step { isWritten -> STORE(group); isWritten = false; audit() }
  :: isWritten = false
  fi;

leave:
  atomic {
    turnCalls(waiting, grouped, unanswered);
    isOpen[me] = false;
    unusable = false;
    unacknowledged = false;
#ifdef KEEPER
    startsOver = true;
    isHeld = false;
    isClosing = false;
#endif
    present--;
    tree = 0;
    group = 0;
    latest = 0;
    mine = 0;
    if
    :: lock == me -> lock = NOBODY
    :: else
    fi;
    goto openLog
  };

ended:
  skip
}

#define MAY_ASK(event) (call[event] == idle || (call[event] == unanswered && IS_KEYED(event)))

proctype Caller(byte event) {
  do
  :: d_step { isOpen[0] && MAY_ASK(event) -> call[event] = waiting; askedOf[event] = 0 }
  :: d_step { isOpen[1] && MAY_ASK(event) -> call[event] = waiting; askedOf[event] = 1 }
  :: d_step { call[event] == unanswered && !IS_KEYED(event) -> call[event] = gaveUp }
  :: IS_ANSWERED(event) -> break
  od
}

/* Takes a copy of the store at any time, and puts it back, or something forged, while nobody has the log open. */
proctype Adversary() {
  short copied;
#ifdef KEEPER
  bool copiedNamed;
#endif

end_copy:
#ifdef KEEPER
  d_step { true -> copied = stored; copiedNamed = named };
#else
  copied = stored;
#endif
end_attack:
  atomic {
    present == 0 && attacks > 0 ->
    attacks--;
    genuine = stored;
#ifdef KEEPER
    wasNamed = named;
#endif
    if
#ifdef KEEPER
    :: copied != stored || copiedNamed != named -> stored = copied; sealed = copied; named = copiedNamed
#elif !defined(UNPINNED)
    :: copied != stored -> stored = copied; sealed = copied
#endif
    :: SIZE(stored) < MOST -> stored = APPENDED(stored, FORGED)
    :: stored != 0 -> stored = WITHOUT_LAST(stored)
    :: stored != 0 -> stored = APPENDED(WITHOUT_LAST(stored), FORGED)
    fi;
    isChanged = true
  }
}

init {
  atomic {
    run Writer(0);
    run Writer(1);
    run Caller(1);
    run Caller(2);
#if CALLERS > 2
    run Caller(3);
#endif
    run Adversary()
  }
}
