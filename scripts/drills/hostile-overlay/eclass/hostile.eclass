# @ECLASS: hostile.eclass
# @SUPPORTED_EAPIS: 8
# @BLURB: What the ebuilds share that try to do harm
# @DESCRIPTION:
# Used by the drills only. @CANARY@ is a folder of the host, @VICTIM@ a process, @PORT@ a port and a socket where
# somebody listens, @SERVER_PORT@ the web app; the drill puts them in.

DESCRIPTION="Tries to do harm"
HOMEPAGE="https://example.org/"
LICENSE="public-domain"
SLOT="0"
KEYWORDS="amd64 arm64"
S=${WORKDIR}

# @FUNCTION: breach
# @USAGE: <what>
# @DESCRIPTION:
# Says that something went well that must not. The word is put together so that no copy of this text holds it.
breach() {
	local word=BREA
	printf '%sCH: %s\n' "${word}" "${1}"
}

# @FUNCTION: must_fail
# @USAGE: <what> <command> [arguments...]
must_fail() {
	local what=${1}
	shift
	if ( "$@" ) > /dev/null 2>&1; then breach "${what}"; fi
}

# @FUNCTION: peek
# @USAGE: <files...>
# @DESCRIPTION:
# Prints whatever can be read. The drill looks for its secrets in everything that comes out.
peek() {
	local file
	for file; do
		[[ -r ${file} ]] && tr '\0' '\n' 2> /dev/null < "${file}" | head -c 100000
	done
	return 0
}

# @FUNCTION: write_outside
# @DESCRIPTION:
# Tries to leave a file everywhere. What it leaves is found from outside.
write_outside() {
	local folder
	for folder in / /etc /usr /usr/local /usr/bin /opt /var /var/tmp /root /home /srv /run /dev/shm "@CANARY@" "${BROOT}"; do
		touch "${folder}/prefix-studio-breach" 2> /dev/null
	done
	echo changed 2> /dev/null > "@CANARY@/secret"
	rm -rf "@CANARY@" 2> /dev/null
	return 0
}

# @FUNCTION: system_call
# @USAGE: <number on x86_64> <number on aarch64> [arguments...]
system_call() {
	local number=${1}
	[[ $(uname -m) == aarch64 ]] && number=${2}
	shift 2
	perl -e 'my ($call, @rest) = map { $_ + 0 } @ARGV; exit(syscall($call, @rest) == -1 ? 1 : 0)' "${number}" "${@}"
}

# @FUNCTION: connect
# @USAGE: <perl address expression>
connect() {
	timeout 2 perl -MSocket -e "socket(my \$s, ${1}, SOCK_STREAM, 0) or exit 1; exit(connect(\$s, ${2}) ? 0 : 1)"
}
