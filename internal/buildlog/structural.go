package buildlog

// structural are the literals by which the shape of a large log is kept: the lines that open, close and judge steps and blocks.
// Lines that are kept anyway are read without them.
var structural = []string{
	// classic docker, buildah: "Step 4/15 : RUN …", "STEP 4/9: RUN …"; BuildKit: "#8 [4/4] RUN …"
	": FROM ", ": RUN ", ": COPY ", ": ADD ", ": WORKDIR ", ": USER ", ": SHELL ",
	"] FROM ", "] RUN ", "] COPY ", "] ADD ", "] WORKDIR ", "[internal] ",
	"returned a non-zero code: ", "Successfully built ", "Successfully tagged ",
	" ERROR: process ", " CANCELED", "failed to solve", "exporting to image", "naming to ", "executor failed running",
	"output clipped, log limit", "building at STEP ",
	// services around the builder
	"Executing step ID: ", "failed to run step ID", "was successful after", "Run ID: ",
	"Running: ['docker'", "CalledProcessError(", "Building docker image failed",
	// job logs
	"##[group]Run ", "##[section]", "##[error]", "with exit code ", "exited with code '", "section_start:", "section_end:",
	"Job failed: ", "Job succeeded", "log exceeded limit", "has been truncated",
	// blocks
	"lines of output]", "[end of output]", "Complete output ", "Backend subprocess exited when ", "Pip subprocess ",
	"Successfully installed ",
}
