# A short run of a program about an outbox, which may need another one before it, in a new directory.
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
execute_process(COMMAND ${PROGRAM} "${WORK}" ${ARGUMENTS} COMMAND_ERROR_IS_FATAL ANY)
