"""The sample utility 江城供电公司: places, accounts, readings, people; all of it from one seed, none of it real."""
