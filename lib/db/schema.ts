/**
 * The tables, the same on SQLite and PostgreSQL: texts, 32-bit integers and JSON as text; times are UTC ISO 8601 texts,
 * so that both sort alike.
 */
export interface Schema {
  prefixes: PrefixRow;
  runs: RunRow;
  run_events: RunEventRow;
  jobs: JobRow;
  workers: WorkerRow;
  prefix_locks: PrefixLockRow;
  build_times: BuildTimeRow;
  settings: SettingRow;
  schema_migrations: MigrationRow;
}

/** A stored design; `text` is `prefix.yaml` as written. */
export interface PrefixRow {
  name: string;
  text: string;
  revision: number;
  created_at: string;
  updated_at: string;
}

export interface RunRow {
  id: string;
  prefix: string;
  board: string;
  state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  origin: 'web' | 'command';
  /** the design as it was when the run was asked for */
  text: string;
  revision: number | null;
  /** parallel packages; null = by cores */
  jobs: number | null;
  /** id of the driver that carries out its plan */
  driver: string;
  retry_of: string | null;
  /** worker that builds it */
  owner: string | null;
  /** 1 = asked to stop */
  cancel: number;
  queued_at: string;
  started_at: string | null;
  finished_at: string | null;
  /** seq of its last event */
  seq: number;
  /** JSON that lists show without reading events */
  summary: string;
}

export interface RunEventRow {
  run: string;
  seq: number;
  at: string;
  kind: string;
  /** JSON of the event without seq and at */
  body: string;
}

/** Embedded queue only; on PostgreSQL the queue has its own tables. */
export interface JobRow {
  id: string;
  state: 'waiting' | 'active';
  worker: string | null;
  lease_until: string | null;
  attempts: number;
  created_at: string;
}

export interface WorkerRow {
  id: string;
  kind: 'server' | 'command';
  host: string;
  pid: number;
  /** start time of the process as the kernel tells it, so that a reused pid is not taken for it */
  pid_start: string;
  run: string | null;
  seen_at: string;
}

export interface PrefixLockRow {
  prefix: string;
  worker: string;
  run: string;
}

export interface BuildTimeRow {
  id: string;
  cpv: string;
  action: string;
  duration_ms: number;
  /** the most memory that its phases used at once; null: not measured */
  peak_kib: number | null;
  at: string;
}

export interface SettingRow {
  key: string;
  /** JSON */
  value: string;
}

export interface MigrationRow {
  name: string;
  at: string;
}
