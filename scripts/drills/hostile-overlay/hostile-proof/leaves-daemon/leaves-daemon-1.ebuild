# try: the program ends and leaves two processes behind
# outcome: any
# smoke: usr/bin/probe leaves-daemon
EAPI=8
inherit hostile-program
