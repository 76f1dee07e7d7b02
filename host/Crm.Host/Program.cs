using Crm.Host.CommandLine;

return await CrmCommandLine.Run(args, Surroundings.OfProcess());
