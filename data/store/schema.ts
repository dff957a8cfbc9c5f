/** Marks an SQLite file as a bar store: "SeaT" as a number (PRAGMA application_id). */
export const APPLICATION_ID = 0x53656154;

/**
 * The steps from one version of the schema to the next; the version is the number of steps taken (PRAGMA
 * user_version). A step is never changed once it has been released: what changes is a further step. Tables have names
 * in the singular, what is meant for readers is a view in the plural.
 */
export const MIGRATIONS: readonly string[] = [
  `create table instrument (
    id integer primary key,
    symbol text not null unique,
    asset_class text not null,
    exchange text not null,
    currency text not null,
    multiplier real not null,
    tick_size real not null,
    quantity_step real not null,
    negative_prices integer not null,
    thin integer not null,
    time_zone text not null,
    option text,
    future text
  );
  create table series (
    id integer primary key,
    instrument integer not null references instrument on delete cascade,
    size text not null,
    what text not null,
    hours text not null,
    adjustment text not null,
    generation integer references generation,
    unique (instrument, size, what, hours, adjustment)
  );
  create table generation (
    id integer primary key autoincrement,
    series integer not null references series on delete cascade,
    begun integer not null,
    completed integer
  );
  create index generation_by_series on generation (series);
  create table block (
    id integer primary key,
    generation integer not null references generation on delete cascade,
    first integer not null,
    last integer not null,
    count integer not null,
    columns integer not null,
    checksum integer not null,
    data blob not null
  );
  create unique index block_by_time on block (generation, first, last, count, columns, checksum);
  create table coverage (
    generation integer not null references generation on delete cascade,
    begins integer not null,
    ends integer not null,
    bars integer not null,
    fetched integer not null,
    source text not null,
    primary key (generation, begins)
  ) without rowid;`,

  `create table split (
    instrument integer not null references instrument on delete cascade,
    ex_date text not null,
    numerator integer not null,
    denominator integer not null,
    source text not null,
    primary key (instrument, ex_date)
  ) without rowid;
  create table dividend (
    instrument integer not null references instrument on delete cascade,
    ex_date text not null,
    amount real not null,
    reference real,
    source text not null,
    primary key (instrument, ex_date)
  ) without rowid;
  create view blocks as
    select instrument.symbol as instrument, series.size, series.what, series.hours, series.adjustment,
      block.first, block.last, block.count,
      strftime('%Y-%m-%dT%H:%M:%SZ', block.first / 1000, 'unixepoch') as first_utc,
      strftime('%Y-%m-%dT%H:%M:%SZ', block.last / 1000, 'unixepoch') as last_utc,
      block.id as block
    from block
    join series on series.generation = block.generation
    join instrument on instrument.id = series.instrument;
  create view coverages as
    select instrument.symbol as instrument, series.size, series.what, series.hours, series.adjustment,
      coverage.begins, coverage.ends, coverage.bars, coverage.fetched, coverage.source
    from coverage
    join series on series.generation = coverage.generation
    join instrument on instrument.id = series.instrument;`,

  `create table schedule (
    instrument integer not null references instrument on delete cascade,
    hours text not null,
    begins integer not null,
    ends integer not null,
    fetched integer not null,
    source text not null,
    primary key (instrument, hours)
  ) without rowid;
  create table session (
    instrument integer not null references instrument on delete cascade,
    hours text not null,
    open integer not null,
    close integer not null,
    date integer not null,
    primary key (instrument, hours, open)
  ) without rowid;
  create table request (
    id integer primary key autoincrement,
    sent integer not null,
    identity text not null,
    family text not null,
    small integer not null,
    cost integer not null
  );`,

  `create table contract_answer (
    source text not null,
    question text not null,
    fetched integer not null,
    answer text not null,
    primary key (source, question)
  ) without rowid;
  create table head (
    instrument integer not null references instrument on delete cascade,
    what text not null,
    hours text not null,
    begins integer not null,
    fetched integer not null,
    source text not null,
    primary key (instrument, what, hours)
  ) without rowid;
  create table contract_choice (
    symbol text primary key,
    contract integer not null
  ) without rowid;`,

  // No table changes: from here on blocks may hold ticks and counts, which a program of an older version cannot read.
  "select 1;",
];

export const SCHEMA_VERSION = MIGRATIONS.length;
