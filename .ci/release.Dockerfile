# The image of a release: what the Dockerfile in the root makes, from programs that are built already. Nothing runs in it while it is made, so one machine
# makes it for every architecture. The build context holds linux/ARCHITECTURE/ folders, each a whole root file system.
FROM scratch
ARG TARGETARCH
COPY linux/$TARGETARCH/ /
ENTRYPOINT ["/envmedic"]
