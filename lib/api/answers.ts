import type { InvalidRoots, ValidRoots } from '../layout/roots';
import type { LoggedEvent } from './events';
import type { RunView } from './run-view';
import type {
  AllFiles,
  ApplyEditsAnswer,
  BootstrapAnswer,
  DesignCheck,
  DirectoryListing,
  DoctorReport,
  ExportFacts,
  FileChange,
  FileHits,
  FilePreview,
  Health,
  ImageAnswer,
  ImportAnswer,
  LayoutListing,
  LogFile,
  LogHits,
  LogRange,
  ManifestProposal,
  MatchesAnswer,
  OverlayFile,
  OverlayView,
  PackageList,
  PatchText,
  PlanAnswer,
  PrefixDocument,
  PrefixPatch,
  PrefixSummary,
  RemoveAnswer,
  RemovedEbuild,
  RepositoriesAnswer,
  RunList,
  RunnerStatus,
  RunSummary,
  SourcesAnswer,
  StarterCard,
  StarterDocument,
  TakeAnswer,
  TreeSummary,
  UpdateProposal,
  VerifyReadiness,
  VerifyResult,
} from './wire';

/** What each route answers with JSON. A route that is missing here does not compile. */
export interface Answers {
  'GET /api/health': Health;
  'GET /api/doctor': DoctorReport;
  'GET /api/runner': RunnerStatus;
  'GET /api/starters': readonly StarterCard[];
  'GET /api/starters/{id}': StarterDocument;
  'GET /api/trees': readonly TreeSummary[];
  'POST /api/trees': TreeSummary;
  'GET /api/trees/{name}/repositories': RepositoriesAnswer;
  'GET /api/packages': PackageList;
  'POST /api/check': DesignCheck;
  'POST /api/import': ImportAnswer;
  'POST /api/edits': ApplyEditsAnswer;
  'POST /api/plan': PlanAnswer;
  'POST /api/sources': SourcesAnswer;
  'POST /api/bootstrap': BootstrapAnswer;
  'GET /api/verify': VerifyReadiness;
  'POST /api/verify': VerifyResult;
  'POST /api/roots': ValidRoots | InvalidRoots;
  'GET /api/prefixes': readonly PrefixSummary[];
  'POST /api/prefixes': PrefixDocument;
  'GET /api/prefixes/{name}': PrefixDocument;
  'PUT /api/prefixes/{name}': PrefixDocument;
  'DELETE /api/prefixes/{name}': RemoveAnswer;
  'GET /api/prefixes/{name}/export': ExportFacts;
  'GET /api/prefixes/{name}/files': DirectoryListing;
  'GET /api/prefixes/{name}/files/all': AllFiles;
  'GET /api/prefixes/{name}/files/search': FileHits;
  'GET /api/prefixes/{name}/files/preview': FilePreview;
  'GET /api/prefixes/{name}/image': ImageAnswer;
  'GET /api/prefixes/{name}/matches': MatchesAnswer;
  'GET /api/prefixes/{name}/layout': LayoutListing;
  'GET /api/prefixes/{name}/overlay': OverlayView;
  'POST /api/prefixes/{name}/overlay': TakeAnswer;
  'GET /api/prefixes/{name}/overlay/ebuild': readonly FileChange[];
  'DELETE /api/prefixes/{name}/overlay/ebuild': RemovedEbuild;
  'GET /api/prefixes/{name}/overlay/file': OverlayFile;
  'PUT /api/prefixes/{name}/overlay/file': OverlayFile;
  'POST /api/prefixes/{name}/overlay/manifest': ManifestProposal;
  'POST /api/prefixes/{name}/overlay/update': UpdateProposal;
  'POST /api/prefixes/{name}/overlay/patches': PrefixPatch;
  'GET /api/prefixes/{name}/overlay/patches': PatchText;
  'GET /api/runs': RunList;
  'POST /api/runs': RunSummary;
  'GET /api/runs/{id}': RunView;
  'POST /api/runs/{id}/cancel': RunSummary;
  'POST /api/runs/{id}/retry': RunSummary;
  'GET /api/runs/{id}/events': readonly LoggedEvent[];
  'GET /api/runs/{id}/logs': readonly LogFile[];
  'GET /api/runs/{id}/log': LogRange;
  'GET /api/runs/{id}/log/search': LogHits;
}
