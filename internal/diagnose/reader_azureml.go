package diagnose

import "strings"

var azureReaders = map[string]reader{
	"spark-package": readSparkPackage,
	"build-context": readBuildContext,
}

// readSparkPackage writes Ivy's coordinates as Spark and the definition do: with colons.
func readSparkPackage(f *finding) bool {
	f.set("package", strings.ReplaceAll(f.captures["coordinates"], "#", ":"))
	delete(f.captures, "coordinates")
	if f.captures["package"] == "" {
		f.set("package", "that the environment asks for")
	}
	return true
}

var (
	azureFiles = lazy(`azureml-environment-setup|mutated_conda_dependencies`)
	azureTask  = lazy(`acb_step_|azureml/azureml_`)
)

// readBuildContext holds where Azure ML builds a Dockerfile of the user's own: the registry's task or its log around the step, and
// none of the files that Azure ML writes for an environment from a conda file.
func readBuildContext(f *finding) bool {
	i := f.stepIndex()
	if i < 0 || f.log.Steps[i].Instruction != "RUN" || strings.Contains(f.log.Steps[i].Command, "conda env") {
		return false
	}
	return len(f.anywhere(azureFiles)) == 0 && len(f.anywhere(azureTask)) > 0
}
