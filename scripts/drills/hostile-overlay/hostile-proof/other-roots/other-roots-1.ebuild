# try: the program reads and writes files of the host through /proc
# outcome: any
# smoke: usr/bin/probe other-roots
EAPI=8
inherit hostile-program
