# try: writes to every place it can think of
# outcome: succeeds
EAPI=8
inherit hostile
write_outside
touch "${EBUILD%/*}/prefix-studio-breach" 2> /dev/null
:
