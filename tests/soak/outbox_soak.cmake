# A short run of outbox_soak in a new directory.
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
execute_process(COMMAND "${PROGRAM}" "${WORK}" run 3000 COMMAND_ERROR_IS_FATAL ANY)
