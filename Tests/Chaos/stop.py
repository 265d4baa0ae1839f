async def run(stack, history, times):
    return 1
