# try: the program never ends
# outcome: fails
# smoke: usr/bin/probe never-ends
# cancel: yes
EAPI=8
inherit hostile-program
