"""
Plans with a real Portage on metadata-only Flatcar overlays, in a throw-away folder.

plan_portage.py CHECKOUT < job.json
job: {"flatcar": DIR, "host": FILE, "board", "prefix", "metadata": {repository: [folder laid out like md5-cache]},
"rows": [{"id", "atoms" or "atom", "board", "kind": "staging" | "runtime", "config": {file below etc/portage of the
target: text}, "host": {file below etc/portage of the host: text}}]}
FILE: what the host has, one JSON object a line; where it does not exist, the best visible version of every slot of every
package is worked out and written there. `board` of a row: default that of the job. `metadata`: the first folder that has
an entry wins; default the repository's own md5-cache. `runtime`: without build dependencies.
Answers one JSON line per row:
{"id", "atom", "success", "merge": [cpv on the target], "on_host": [cpv to be built on the host], "packages": [{"cpv",
"repo", "slot", "root": "target" | "host", "use"}], "failure": {"reason", "atom", "text"}, "problem", "ms": milliseconds of
processor time}. Rows in a row with the same configuration share one set of roots. Nothing is fetched, nothing outside
the folder is written.
A row {"stages": [{"id", "atoms", "use", "options"}], "config"} is planned stage by stage in one set of roots, each with
what the earlier ones merged installed; it answers {"id", "success", "merge": ["cpv repository USE"], "problem"} per stage.
Exit status 3: this Portage cannot be used; the reason is on stderr.
"""

import contextlib
import io
import json
import os
import re
import shutil
import sys
import tempfile
import time

checkout = os.path.abspath(sys.argv[1])
job = json.load(sys.stdin)
base = tempfile.mkdtemp(prefix="plan-portage-")
host_root = os.path.join(base, "host")
os.makedirs(host_root)
os.environ["PORTAGE_OVERRIDE_EPREFIX"] = host_root
os.environ["NOCOLOR"] = os.environ["NO_COLOR"] = "1"
sys.path.insert(0, os.path.join(checkout, "lib"))

try:
    import portage

    portage._internal_caller = True
    import portage.dbapi.porttree as porttree
    from _emerge.create_depgraph_params import create_depgraph_params
    from _emerge.depgraph import backtrack_depgraph
    from _emerge.RootConfig import RootConfig
    from portage._sets import load_default_config
    from portage.eclass_cache import hashed_path
except Exception as error:
    shutil.rmtree(base, ignore_errors=True)
    print(f"{sys.executable} cannot use the Portage of {checkout}: {type(error).__name__}: {error}", file=sys.stderr)
    sys.exit(3)

chost = {"amd64-usr": "x86_64-cros-linux-gnu", "arm64-usr": "aarch64-cros-linux-gnu"}
keyword = {"amd64-usr": "amd64", "arm64-usr": "arm64"}
profiles = {
    "amd64-usr": "default/linux/amd64/17.1/no-multilib/prefix/kernel-3.2+",
    "arm64-usr": "default/linux/arm64/17.0/prefix/kernel-3.2+",
}
default_board = job.get("board", "amd64-usr")
eprefix = job.get("prefix", "/opt/demo")
folders = {"portage-stable": "portage-stable", "coreos-overlay": "coreos-overlay", "prefix": "prefix-overlay"}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def overlays_of(flatcar):
    """The folder of the overlays: that of a checkout of flatcar/scripts, or the one that was named."""
    inside = os.path.join(os.path.abspath(flatcar), "sdk_container", "src", "third_party")
    return inside if os.path.isdir(inside) else os.path.abspath(flatcar)


overlays = overlays_of(job["flatcar"])


def place_repository(name, folder):
    """The repository by links, with an empty ebuild for every cache entry."""
    source = os.path.join(overlays, folder)
    target = os.path.join(base, "repos", name)
    cache = os.path.join(target, "metadata", "md5-cache")
    os.makedirs(cache)
    # profiles name others of their repository, which is found by the place they really are at
    shutil.copytree(os.path.join(source, "profiles"), os.path.join(target, "profiles"))
    for entry in ("eclass", "licenses", "metadata/layout.conf"):
        if os.path.exists(os.path.join(source, entry)):
            os.symlink(os.path.join(source, entry), os.path.join(target, entry))
    for known in job.get("metadata", {}).get(name) or [os.path.join(source, "metadata", "md5-cache")]:
        for category in os.listdir(known) if os.path.isdir(known) else ():
            if os.path.isdir(os.path.join(known, category)):
                place_category(os.path.join(known, category), os.path.join(cache, category), target)
    return target


def place_category(source, target, repository):
    os.makedirs(target, exist_ok=True)
    for pf in os.listdir(source):
        split = portage.pkgsplit(pf)
        if split is None or os.path.lexists(os.path.join(target, pf)):
            continue
        with open(os.path.join(source, pf)) as entry:
            # an entry of ours for an ebuild that could not be read
            if "_unavailable_=" in entry.read():
                continue
        os.symlink(os.path.join(source, pf), os.path.join(target, pf))
        ebuild = os.path.join(repository, os.path.basename(target), split[0], pf + ".ebuild")
        os.makedirs(os.path.dirname(ebuild), exist_ok=True)
        open(ebuild, "w").close()


is_runtime = False


def trust_cache(self, cpv, ebuild_path, repo_path):
    """Cache entries count as they are: the ebuilds are empty."""
    cache = self._pregen_auxdb.get(repo_path)
    if cache is None:
        return None, None
    try:
        metadata = dict(cache[cpv])
    except KeyError:
        return None, None
    metadata.setdefault("EAPI", "0")
    if not portage.eapi_is_supported(metadata["EAPI"]):
        return None, None
    metadata["repository"] = self.repositories.get_name_for_location(repo_path)
    if is_runtime:
        metadata["DEPEND"] = metadata["BDEPEND"] = ""
    return metadata, hashed_path(ebuild_path)


porttree.portdbapi._pull_valid_cache = trust_cache
locations = {name: place_repository(name, folder) for name, folder in folders.items()}


def repos_conf(names):
    lines = ["[DEFAULT]", "main-repo = portage-stable"]
    for name in names:
        lines += [f"[{name}]", f"location = {locations[name]}"]
        if name == "prefix":
            lines.append("priority = 1000")
    return "\n".join(lines) + "\n"


def place_sets(config):
    """@system and its like, which an installed Portage brings along."""
    os.makedirs(config, exist_ok=True)
    shutil.copyfile(os.path.join(checkout, "cnf", "sets", "portage.conf"), os.path.join(config, "sets.conf"))


def best_visible():
    """What a host would have that installed all it can: the best visible version of every slot."""
    # a host beside a target would see the repositories of the target too
    trees = portage.create_trees(env={"PATH": os.environ["PATH"]})
    host = trees[trees._running_eroot]
    database = host["porttree"].dbapi
    settings = portage.config(clone=host["vartree"].settings)
    for name in sorted(database.cp_all()):
        best = {}
        for cpv in database.xmatch("match-visible", name):
            best[cpv.slot] = cpv
        for cpv in best.values():
            settings.setcpv(cpv, mydb=database)
            iuse = database.aux_get(cpv, ["IUSE"], myrepo=cpv.repo)[0].split()
            yield {
                "cpv": str(cpv),
                "slot": f"{cpv.slot}/{cpv.sub_slot}",
                "repo": cpv.repo,
                "use": sorted(settings["PORTAGE_USE"].split()),
                "iuse": sorted({flag.lstrip("+-") for flag in iuse}),
            }


def place_host():
    config = os.path.join(host_root, "etc", "portage")
    place_sets(config)
    write(os.path.join(config, "repos.conf"), repos_conf(["portage-stable", "coreos-overlay"]))
    os.symlink(
        os.path.join(locations["coreos-overlay"], "profiles", "coreos", "amd64", "sdk"), os.path.join(config, "make.profile")
    )
    for path in ("var/cache/edb", "var/lib/portage", "var/tmp", "var/db/pkg", "usr/share/portage"):
        os.makedirs(os.path.join(host_root, path), exist_ok=True)
    if not os.path.exists(job["host"]):
        rows = list(best_visible())
        write(os.path.abspath(job["host"]), "".join(json.dumps(row) + "\n" for row in rows))
    with open(job["host"]) as rows:
        for number, row in enumerate(rows):
            if not row.strip():
                continue
            pkg = json.loads(row)
            folder = os.path.join(host_root, "var", "db", "pkg", pkg["cpv"])
            cached = os.path.join(locations[pkg["repo"]], "metadata", "md5-cache", pkg["cpv"])
            metadata = {}
            if os.path.exists(cached):
                with open(cached) as lines:
                    metadata = dict(line.rstrip("\n").split("=", 1) for line in lines)
            metadata.update(SLOT=pkg["slot"], USE=" ".join(pkg["use"]), repository=pkg["repo"], COUNTER=str(number + 1))
            metadata.setdefault("EAPI", "8")
            category, pf = pkg["cpv"].split("/")
            metadata.update(CATEGORY=category, PF=pf)
            for key in ("SLOT USE IUSE EAPI repository KEYWORDS RDEPEND PDEPEND IDEPEND LICENSE COUNTER CATEGORY PF").split():
                if key in metadata:
                    write(os.path.join(folder, key), metadata[key] + "\n")


def place_target(number, board, config):
    root = os.path.join(base, f"target{number}")
    folder = os.path.join(root + eprefix, "etc", "portage")
    os.makedirs(folder)
    skel = os.path.join(overlays, "prefix-overlay", "skel", "etc", "portage")
    for entry in os.listdir(skel):
        if entry.startswith("package."):
            shutil.copytree(os.path.join(skel, entry), os.path.join(folder, entry))
    for where, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(where, name)
            with open(path) as file:
                text = file.read()
            os.chmod(path, 0o644)
            write(path, text.replace("::coreos\n", "::coreos-overlay\n").replace("::coreos ", "::coreos-overlay "))
    for where, _, _ in os.walk(folder):
        os.chmod(where, 0o755)
    place_sets(folder)
    write(os.path.join(folder, "repos.conf"), repos_conf(list(folders)))
    os.symlink(os.path.join(locations["portage-stable"], "profiles", profiles[board]), os.path.join(folder, "make.profile"))
    make_conf = "\n".join(
        [
            f'CHOST="{chost[board]}"',
            f'ACCEPT_KEYWORDS="{keyword[board]} -~{keyword[board]}"',
            'USE="-desktop -installkernel -llvm -nls -openmp -udev -wayland -X"',
        ]
    )
    extra = dict(config)
    write(os.path.join(folder, "make.conf"), make_conf + "\n" + extra.pop("make.conf", ""))
    for name, text in extra.items():
        write(os.path.join(folder, name), text)
    for path in ("var/cache/edb", "var/lib/portage", "var/tmp"):
        os.makedirs(os.path.join(root + eprefix, path), exist_ok=True)
    return root


def load_trees(root, use=()):
    env = {"PATH": os.environ["PATH"]}
    if use:
        env["USE"] = " ".join(use)
    trees = portage.create_trees(
        config_root=root + eprefix, target_root=root, env=env, sysroot=root, eprefix=eprefix
    )
    for eroot in trees:
        settings = trees[eroot]["vartree"].settings
        settings._init_dirs = lambda: None
        trees[eroot]["root_config"] = RootConfig(settings, trees[eroot], load_default_config(settings, trees[eroot]))
    return trees


def add_to_host(files):
    """Files of the host for the next set of roots; those of the set before are taken away."""
    config = os.path.join(host_root, "etc", "portage")
    shutil.rmtree(os.path.join(config, "profile"), ignore_errors=True)
    for name, text in files.items():
        write(os.path.join(config, name), text)


def describe(graph):
    """What Portage would print, without colours."""
    said = io.StringIO()
    portage.util.noiselimit = 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        graph.display_problems()
    portage.util.noiselimit = -2
    return " ".join(said.getvalue().split())[:600]


reasons = {
    "missing": "there are no ebuilds",
    "required_use": "unmet requirements",
    "masked": "have been masked|are masked|masked by",
    "use": "USE changes are necessary|USE flags|change USE",
    "circular": "circular dependencies",
    "conflict": "slot conflict|cannot be installed at the same time|block",
}


def failure_of(problem):
    """The kind of a refusal and the atom it is about, as far as Portage's words tell."""
    reason = next((name for name, words in reasons.items() if re.search(words, problem)), "other")
    quoted = re.search(r"\"([^\"]+/[^\"]+)\"", problem)
    return {"reason": reason, "atom": quoted.group(1) if quoted else "", "text": problem}


def packages_of(merged, target):
    return sorted(
        (
            {
                "cpv": str(node.cpv),
                "repo": node.repo,
                "slot": f"{node.slot}/{node.sub_slot}",
                "root": "target" if node.root == target else "host",
                "use": sorted(set(node.use.enabled) & set(node.iuse.all)),
            }
            for node in merged
        ),
        key=lambda row: (row["root"], row["cpv"]),
    )


def install(root, node, counter):
    """The package as the VDB of a root has it, in the place of one in the same slot."""
    category, pf = str(node.cpv).split("/")
    folder = os.path.join(root + eprefix, "var", "db", "pkg", category)
    for other in os.listdir(folder) if os.path.isdir(folder) else ():
        with open(os.path.join(folder, other, "SLOT")) as file:
            slot = file.read().strip().split("/")[0]
        if portage.pkgsplit(other)[0] == portage.pkgsplit(pf)[0] and slot == node.slot:
            shutil.rmtree(os.path.join(folder, other))
    with open(os.path.join(locations[node.repo], "metadata", "md5-cache", str(node.cpv))) as lines:
        metadata = dict(line.rstrip("\n").split("=", 1) for line in lines)
    metadata.update(USE=" ".join(node.use.enabled), repository=node.repo, COUNTER=str(counter), BUILD_TIME=str(counter))
    metadata.update(CATEGORY=category, PF=pf)
    for key in "SLOT USE IUSE EAPI repository KEYWORDS DEPEND BDEPEND RDEPEND PDEPEND IDEPEND LICENSE".split():
        if metadata.get(key):
            write(os.path.join(folder, pf, key), metadata[key] + "\n")
    for key in ("COUNTER", "BUILD_TIME", "CATEGORY", "PF"):
        write(os.path.join(folder, pf, key), metadata[key] + "\n")


def bootstrap(row, place):
    """Calls of emerge one after the other: each finds installed what the earlier ones merged."""
    root = place_target(place, row.get("board", default_board), row.get("config", {}))
    counter = 0
    for stage in row["stages"]:
        trees = load_trees(root, stage["use"])
        settings = trees[trees._target_eroot]["vartree"].settings
        options = {"--pretend": True, **stage["options"]}
        portage.util.noiselimit = -2
        success, graph, _ = backtrack_depgraph(
            settings, trees, options, create_depgraph_params(options, None), None, stage["atoms"], None
        )
        tasks = graph._dynamic_config._serialized_tasks_cache or ()
        merged = [
            node
            for node in tasks
            if getattr(node, "operation", None) == "merge" and node.root == trees._target_eroot
        ]
        use = {node: " ".join(sorted(set(node.use.enabled) & set(node.iuse.all))) for node in merged}
        rows = sorted(f"{node.cpv} {node.repo} {use[node]}".strip() for node in merged)
        problem = "" if success else describe(graph)
        print(json.dumps({"id": stage["id"], "success": bool(success), "merge": rows, "problem": problem}), flush=True)
        if not success:
            return
        for node in merged:
            counter += 1
            install(root, node, counter)


try:
    place_host()
    known = {}
    places = 0
    for row in job["rows"]:
        if "stages" in row:
            bootstrap(row, places)
            places += 1
            continue
        config = row.get("config", {})
        host = row.get("host", {})
        board = row.get("board", default_board)
        atoms = row["atoms"] if "atoms" in row else [row["atom"]]
        is_runtime = row.get("kind") == "runtime"
        key = json.dumps([board, config, host, is_runtime], sort_keys=True)
        if key not in known:
            add_to_host(host)
            known = {key: load_trees(place_target(places, board, config))}
            places += 1
        trees = known[key]
        settings = trees[trees._target_eroot]["vartree"].settings
        options = {"--pretend": True}
        portage.util.noiselimit = -2
        start = time.process_time()
        success, graph, _ = backtrack_depgraph(
            settings, trees, options, create_depgraph_params(options, None), None, atoms, None
        )
        elapsed = (time.process_time() - start) * 1000
        tasks = graph._dynamic_config._serialized_tasks_cache or ()
        merged = [node for node in tasks if getattr(node, "operation", None) == "merge"]
        answer = {
            "id": row.get("id"),
            "atom": " ".join(atoms),
            "success": bool(success),
            "merge": sorted(str(node.cpv) for node in merged if node.root == trees._target_eroot),
            "on_host": sorted(str(node.cpv) for node in merged if node.root != trees._target_eroot),
            "problem": "" if success else describe(graph),
            "ms": elapsed,
        }
        answer.update(
            {"packages": packages_of(merged, trees._target_eroot)}
            if success
            else {"packages": [], "failure": failure_of(answer["problem"])}
        )
        print(json.dumps(answer), flush=True)
finally:
    shutil.rmtree(base, ignore_errors=True)
