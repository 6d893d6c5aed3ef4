import type { JobQueue, StudioDatabase } from '../db/index';
import type { Planning } from '../runner/planning-work';
import type { RootFiles } from '../runner/root-files';
import type { Trees } from '../runner/tree-answers';

/** What every answer may use: the data folder, who plans, and what is known of trees and built roots. */
export interface Home {
  readonly home: string;
  readonly planner: Planning;
  readonly trees: Trees;
  readonly files: RootFiles;
}

/** The same with the store: designs, runs, and the queue of builds. */
export interface Here extends Home {
  readonly studio: StudioDatabase;
  queue(): Promise<JobQueue>;
}
