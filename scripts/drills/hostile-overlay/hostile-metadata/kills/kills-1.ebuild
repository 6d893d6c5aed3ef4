# try: kills every process that it may
# outcome: any
EAPI=8
inherit hostile
kill -9 @VICTIM@ 2> /dev/null
kill -9 -1
