#!/bin/bash
# Starts the forwarder and, when it is ready, a command in its own place: with-network.bash NODE SOCKET PORT COMMAND…
# The forwarder ends with the sandbox.

exec {__ready}< <(exec "${1}" "${BASH_SOURCE[0]%/*}/forward.mjs" "${2}" "${3}" < /dev/null 3>&- 4<&- 5>&- 6>&-)
if ! read -r -u "${__ready}" || [[ ${REPLY} != ready ]]; then
	echo "the forwarder to the network did not start" >&2
	exit 1
fi
exec {__ready}<&-
unset __ready REPLY
shift 3
exec "${@}"
