"""Files that people send: held on disk while they come in, and refused above a limit."""

from config.environment import variable

ASSAY_UPLOAD_MAX_BYTES = int(variable("ASSAY_UPLOAD_MAX_MIB", "1024")) * (1 << 20)
FILE_UPLOAD_HANDLERS = ["scoring.desk.receiving.LimitedFileHandler"]
# A draft's grid without JavaScript is one form: a file of 500 columns has some 10,000 inputs.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 << 20
