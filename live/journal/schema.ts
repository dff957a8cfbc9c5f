/** Marks an SQLite file as a session's journal: "SeaJ" as a number (PRAGMA application_id). */
export const APPLICATION_ID = 0x5365614a;

/**
 * The steps from one version of the schema to the next (PRAGMA user_version). A step is never changed once it has been
 * released: what changes is a further step.
 *
 * Rows of the tables from intent to pass are entries (live/ledger/entry.ts), in one order of `seq` over all of them; they are
 * added and never changed; what is old and over moves to a file beside it (live/journal/archive.ts). NaN is null.
 */
export const MIGRATIONS: readonly string[] = [
  `create table meta (key text primary key, value text not null) without rowid;
  create table order_id (client_id integer primary key, highest integer not null);

  create table intent (
    seq integer primary key, at real not null, id integer not null unique, ref text not null unique,
    order_id integer not null, client_id integer not null, perm_id integer not null,
    symbol text not null, con_id integer not null, side integer not null, type text not null, tif text not null,
    quantity real not null, limit_price real, stop_price real, trail real, is_trail_fraction integer not null,
    limit_offset real, good_till real, outside_rth integer not null, parent integer not null,
    group_name text not null, flags integer not null, tag text not null, made_at real not null
  );
  create table request (
    seq integer primary key, at real not null, intent integer not null references intent (id), what text not null,
    quantity real not null, limit_price real, stop_price real, trail real
  );
  create unique index request_once on request (intent) where what = 'order';
  create table sent (
    seq integer primary key, at real not null, intent integer not null references intent (id), what text not null,
    is_written integer not null, reason text not null
  );
  create table status (
    seq integer primary key, at real not null, intent integer not null references intent (id), source text not null,
    status text not null, filled real, average_price real, perm_id integer not null, why_held text not null, said text not null,
    quantity real, limit_price real, aux real
  );
  create table verdict (
    seq integer primary key, at real not null, intent integer not null references intent (id), verdict text not null,
    code text not null, text text not null, remedy text not null, passes integer not null
  );
  create table execution (
    seq integer primary key, at real not null, base text not null, revision integer not null, intent integer not null,
    symbol text not null, con_id integer not null, order_id integer not null, client_id integer not null,
    perm_id integer not null, order_ref text not null, side integer not null, quantity real not null,
    price real not null, cumulative real not null, time text not null,
    unique (base, revision)
  );
  create table commission (
    seq integer primary key, at real not null, base text not null, revision integer not null, amount real not null,
    currency text not null
  );
  create table adjustment (
    seq integer primary key, at real not null, name text not null, symbol text not null, con_id integer not null,
    intent integer not null, own real not null, foreign_units real not null, price real, is_estimate integer not null,
    numerator real not null, denominator real not null, note text not null
  );
  create table block (
    seq integer primary key, at real not null, symbol text not null, why text not null, is_set integer not null,
    difference real, detail text not null
  );
  create table foreign_order (
    seq integer primary key, at real not null, perm_id integer not null, order_id integer not null,
    client_id integer not null, symbol text not null, con_id integer not null, action text not null,
    order_type text not null, tif text not null, quantity real not null, filled real not null, limit_price real,
    aux real, order_ref text not null, status text not null
  );
  create table carry (
    seq integer primary key, at real not null, symbol text not null, con_id integer not null, quantity real not null,
    basis real not null, realised real not null, fees real not null, foreign_units real not null,
    is_opened integer not null, intents integer not null
  );
  create table pass (seq integer primary key, at real not null, is_full integer not null, text text not null);

  create table kill_switch (seq integer primary key, at real not null, is_on integer not null, reason text not null);
  create table trip (
    seq integer primary key, at real not null, symbol text not null, code text not null, details text not null
  );
  create table event (seq integer primary key, at real not null, what text not null, details text not null);
  create table held_orders (one integer primary key check (one = 1), value text not null);
  create table strategy_state (one integer primary key check (one = 1), at real not null, value text not null);

  create view executions as
    select execution.symbol, execution.side * execution.quantity as quantity, execution.price, execution.time,
      case when execution.intent = 0 then null else execution.intent end as intent, execution.order_ref,
      execution.base || '.' || printf('%02d', execution.revision) as exec_id,
      (select sum(amount) from commission where commission.base = execution.base and commission.seq =
        (select max(seq) from commission as later where later.base = execution.base)) as commission
    from execution
    where execution.revision = (select max(revision) from execution as later where later.base = execution.base);`,
  `alter table kill_switch add column flatten integer not null default 0;`,
  `create table loss_figures (
    one integer primary key check (one = 1), at real not null, day_start real, peak real not null, equity real not null,
    cash real not null, symbols text not null, is_day_stopped integer not null, is_run_stopped integer not null,
    drawdown text not null
  );`,
  `alter table intent add column filled_before real not null default 0;`,
  `alter table foreign_order add column trail_stop real;
  alter table foreign_order add column trailing_percent real;
  alter table foreign_order add column limit_offset real;
  alter table foreign_order add column outside_rth integer not null default 0;`,
];

export const SCHEMA_VERSION = MIGRATIONS.length;
