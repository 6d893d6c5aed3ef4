/** 2020-01-01 in seconds: what files, packages and images carry where they would carry the time of the build. */
export const sourceDateEpoch = 1577836800;
