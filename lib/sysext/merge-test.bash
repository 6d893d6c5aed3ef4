#!/bin/bash
# Merges an image with systemd-sysext in a mount namespace of its own. Runs as root, and nothing from the image.
# usage: merge-test.bash IMAGE NAME OS-RELEASE WORK-DIRECTORY WORDS [COMMAND ARGUMENT...]
# COMMAND starts a sandbox over the merged tree. Writes into the file WORDS, which the command cannot reach, what the tools say,
# "merged HIERARCHY" for each hierarchy that is really mounted, because the exit status of systemd-sysext alone proves nothing,
# and "ended STATUS" after the command, whose output alone goes to the standard output.
set -euo pipefail
image=$1 name=$2 release=$3 target=$4 words=$5
shift 5
exec 8>&1 >"$words" 2>&1

mount --make-rprivate /
mount -t tmpfs tmpfs "$target"
mkdir -p "$target"/{etc,opt,proc,dev,tmp,run/extensions,usr/lib}
cp -- "$release" "$target/usr/lib/os-release"
ln -s ../usr/lib/os-release "$target/etc/os-release"
touch -- "$target/run/extensions/$name.raw"
mount --bind -- "$image" "$target/run/extensions/$name.raw"
# systemd-sysext moves mounts: it needs a /run of its own and a shared root
mount -t tmpfs tmpfs /run
mount --make-rshared /

systemd-sysext --root="$target" merge 2>&1 || echo "systemd-sysext ended with status $?"
for hierarchy in usr opt; do
	if grep -q " $target/$hierarchy .* overlay sysext " /proc/self/mountinfo; then
		echo "merged /$hierarchy"
	fi
done
if [[ $# -gt 0 ]]; then
	mount --make-rprivate /
	status=0
	"$@" >&8 2>&8 8>&- || status=$?
	echo "ended $status"
fi
