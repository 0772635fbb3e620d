"""What this project is made of: change it here, then run `npx projen`."""

from projenrc.project import MLXProject

project = MLXProject()
project.synth()
